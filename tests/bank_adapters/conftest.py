"""A bank for every test that wants one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bank_adapters.banks import RunningBank
from tests.bank_adapters.simulated import CUSTOMERS, Desk


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A bank not yet started, so that a test may arrange its plan first."""
    running = RunningBank(tmp_path / "bank")
    yield running
    running.stop()


@pytest.fixture(scope="session")
def one_bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBank]:
    """One bank process for every test that finds a desk of its own in it."""
    running = RunningBank(tmp_path_factory.mktemp("simulated") / "bank", CUSTOMERS)
    running.page = True
    running.arrange({"pickup_seconds": 0.0})
    running.start()
    yield running
    running.stop()


@pytest.fixture
def desk(one_bank: RunningBank) -> Desk:
    """A customer of that bank whom no other test has seen."""
    return Desk.fresh(one_bank)
