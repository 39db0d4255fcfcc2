"""A county that departments deliver to, and a short way to look at what it contradicts."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.residents.importing import import_delivery
from service.residents.models import Delivery, FeedRecord, ReviewTask
from service.residents.tasks.look import Looked, look
from tests.service.residents.importing.deliveries import OFFICE, delivery, number_of, row

STEWARD = Actor(kind="officer", id="steward-1")


class Departments:
    """Deliver tables as departments do, and look."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def send(self, feed: str, *table: Sequence[Any]) -> Delivery:
        """Import a CSV of rows in the feed's own column order; it must be believed."""
        found = import_delivery(
            self.session, feed, delivery(feed, *table), f"{feed}.csv", by=OFFICE
        )
        assert (found.state, found.rows_rejected) == ("imported", 0), found.refusal
        return found

    def say(self, feed: str, person: int | str, **cells: Any) -> Delivery:
        """Import one row, with only what matters stated."""
        return self.send(feed, row(feed, person, **cells))

    def register(self, *persons: int, **cells: Any) -> None:
        """Enter people in the household register: 王秀英, born 1950-01-05."""
        given = {"birth": "1950-01-05", "sex": "男", "status": "正常", **cells}
        self.send("GA_HUKOU", *(row("GA_HUKOU", person, **given) for person in persons))

    def look(self, feed: str | None = None) -> dict[str, Looked]:
        self.session.flush()
        return look(self.session, feed=feed)

    def found(self, code: str) -> list[ReviewTask]:
        """Look at everything, and return the open tasks of one check."""
        self.look()
        return self.open(code)

    def open(self, code: str) -> list[ReviewTask]:
        return list(
            self.session.scalars(
                select(ReviewTask)
                .where(ReviewTask.kind == code, ReviewTask.state == "open")
                .order_by(ReviewTask.subject_key)
            )
        )

    def record(self, feed: str) -> FeedRecord:
        """Return the one current record of a feed."""
        return self.session.scalars(
            select(FeedRecord).where(FeedRecord.feed == feed, FeedRecord.known_to.is_(None))
        ).one()


@pytest.fixture
def county(session: Session) -> Departments:
    return Departments(session)


__all__ = ["STEWARD", "Departments", "number_of"]
