"""A county whose departments have all spoken, on a day that does not move on between runs."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import residents
from tests.service.residents.situations.offices import EVERYBODY, Offices

TODAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture
def offices(session: Session, data_dir: Path) -> Iterator[Offices]:
    assert data_dir.is_dir()
    residents.use(session)
    with time_machine.travel(TODAY, tick=True):
        found = Offices(session)
        found.deliver_about_others(*EVERYBODY)
        yield found
