"""What every test of importing uses: a session on real PostgreSQL and a short way to deliver."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.residents.importing import import_delivery
from service.residents.models import Delivery, FeedRecord, RejectedRow
from tests.service.residents.importing.deliveries import OFFICE, delivery


class Intake:
    """Deliver files and look at what is known."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def send(self, feed: str, *table: Sequence[Any]) -> Delivery:
        """Import a CSV of rows in the feed's own column order."""
        return self.send_file(feed, delivery(feed, *table))

    def send_file(self, feed: str, content: bytes, name: str = "报送.csv") -> Delivery:
        found = import_delivery(self.session, feed, content, name, by=OFFICE)
        self.session.flush()
        return found

    def current(self, feed: str) -> list[FeedRecord]:
        return list(
            self.session.scalars(
                select(FeedRecord)
                .where(FeedRecord.feed == feed, FeedRecord.known_to.is_(None))
                .order_by(FeedRecord.row_no)
                .execution_options(populate_existing=True)
            )
        )

    def ever(self, feed: str) -> list[FeedRecord]:
        return list(
            self.session.scalars(
                select(FeedRecord)
                .where(FeedRecord.feed == feed)
                .order_by(FeedRecord.id)
                .execution_options(populate_existing=True)
            )
        )

    def rejected(self, of: Delivery) -> list[RejectedRow]:
        return list(
            self.session.scalars(
                select(RejectedRow)
                .where(RejectedRow.delivery_id == of.id)
                .order_by(RejectedRow.row_no)
            )
        )

    def faults(self, of: Delivery) -> list[tuple[int, list[str]]]:
        """Return (row number, fault codes) of the rejected rows."""
        return [(row.row_no, [one["code"] for one in row.faults]) for row in self.rejected(of)]


@pytest.fixture
def intake(session: Session) -> Intake:
    return Intake(session)


MakeIntake = Callable[[Session], Intake]
