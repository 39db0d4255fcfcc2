"""A bank for every test that wants one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bank_adapters.banks import RunningBank


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[RunningBank]:
    """A bank not yet started, so that a test may arrange its plan first."""
    running = RunningBank(tmp_path / "bank")
    yield running
    running.stop()
