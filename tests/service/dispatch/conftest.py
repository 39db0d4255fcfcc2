"""A county whose banks run as a process of their own, reached over real SFTP."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bank_adapters.transport import Login
from service.dispatch import channels
from tests.bank_adapters.banks import RunningBank
from tests.factories import residents
from tests.factories.town import Town
from tests.foundation.committed import Committed, committed, template

__all__ = ["committed", "impatient", "made", "template", "town"]


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@pytest.fixture
def town(committed: Committed, tmp_path: Path) -> Iterator[Town]:
    """A county whose bank is not open yet, so that a test may arrange its plan."""
    bank = RunningBank(tmp_path / "bank")
    yield Town(committed, bank)
    bank.stop()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait three seconds for a bank's answer instead of a minute."""
    monkeypatch.setattr(channels, "Login", partial(Login, step_seconds=3.0))
