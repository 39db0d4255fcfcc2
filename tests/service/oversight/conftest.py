"""Factories in the test's session, and a database whose commits stay where one is asked for."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import residents
from tests.foundation.committed import committed, template

__all__ = ["committed", "made", "template"]


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session
