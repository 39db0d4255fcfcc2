"""Factories in the test's session, officers, and a database whose commits stay where one is needed."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from service.officers.models import Officer
from tests.factories import residents
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import committed, template

__all__ = ["committed", "made", "office", "template"]


@dataclass(frozen=True)
class Office:
    """The officers whom a change of account needs."""

    maker: Officer
    steward: Officer
    reviewer: Officer


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@pytest.fixture
def office(made: Session) -> Office:
    return Office(
        OfficerFactory.create(),
        OfficerFactory.create(duties=["steward"]),
        OfficerFactory.create(duties=["reviewer"]),
    )
