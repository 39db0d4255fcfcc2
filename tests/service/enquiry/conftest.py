"""Factories in the test's session."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import residents


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session
