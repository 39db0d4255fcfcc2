"""Factories in the test's session, rows in any state, and a database whose commits stay."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.factories import residents
from tests.foundation.committed import committed, template

__all__ = ["committed", "made", "refused", "template", "unguarded"]


@pytest.fixture
def made(session: Session) -> Session:
    """The test's session, in which the factories work."""
    residents.use(session)
    return session


@contextmanager
def unguarded(session: Session) -> Iterator[None]:
    """Work as somebody whom neither trigger nor foreign key stops."""
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = replica"))
    yield
    session.flush()
    session.execute(text("SET LOCAL session_replication_role = origin"))


Refused = Callable[..., str]


@pytest.fixture
def refused(session: Session) -> Refused:
    """Run a statement that the database must refuse, and return what it said."""
    from sqlalchemy.exc import IntegrityError

    def run(statement: str, **values: object) -> str:
        with pytest.raises(IntegrityError) as refusal, session.begin_nested():
            session.execute(text(statement), values)
        return str(refusal.value.orig)

    return run
