"""A county for each test, and a folder of its own for what is frozen."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests.factories import residents
from tests.service.residents.snapshot.county import County


@pytest.fixture
def county(session: Session, data_dir: Path) -> County:
    residents.use(session)
    return County(session)
