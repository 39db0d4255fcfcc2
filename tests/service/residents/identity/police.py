"""The police's registers for tests: who is registered, and which numbers were corrected."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.identity.corrections import apply_corrections
from service.residents.identity.disputes import open_disputes
from service.residents.models import Delivery, FeedRecord, Person, ReviewTask
from tests.factories.residents import (
    DeliveryFactory,
    FeedRecordFactory,
    PersonFactory,
    PersonIdentifierFactory,
)


class Police:
    """Say what public security says, row by row, as the import would keep it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._at = clock.now() - timedelta(days=30)

    def person(self, number: str = "") -> Person:
        """Make a person row with a number of its own."""
        made: Person = PersonFactory.create()
        given = {"number": number} if number else {}
        PersonIdentifierFactory.create(person=made, **given)
        return made

    def delivers(self, feed: str = "GA_HUKOU") -> Delivery:
        """Begin a delivery; whatever it brings is known an hour after what came before."""
        self._at += timedelta(hours=1)
        made: Delivery = DeliveryFactory.create(feed=feed, received_at=self._at)
        return made

    def registers(
        self, person: Person, delivery: Delivery | None = None, **said: Any
    ) -> FeedRecord:
        """Let the household register hold a person from now on, instead of what it said before."""
        delivery = delivery or self.delivers()
        self.ends(person, at=delivery.received_at)
        data = {
            "name_index": "aa", "sex": "女", "birth": "1950-01-05", "status": "正常", **said
        }  # fmt: skip
        made: FeedRecord = FeedRecordFactory.create(
            feed="GA_HUKOU", person=person, delivery=delivery, data=data, record_key=str(person.id)
        )
        return made

    def ends(self, person: Person, at: datetime | None = None) -> None:
        """Let the register not name a person any more."""
        for one in self.session.scalars(
            select(FeedRecord).where(
                FeedRecord.feed == "GA_HUKOU",
                FeedRecord.person_id == person.id,
                FeedRecord.known_to.is_(None),
            )
        ):
            one.known_to = at or self.delivers().received_at
        self.session.flush()

    def corrects(
        self, old: Person, new: Person, reason: str = "生日更正", on: str = "2026-03-01"
    ) -> FeedRecord:
        """Let the register of numbers say that ``old`` became ``new``."""
        delivery = self.delivers("GA_IDHIST")
        made: FeedRecord = FeedRecordFactory.create(
            feed="GA_IDHIST",
            person=new,
            delivery=delivery,
            data={"old_person_id": old.id, "changed_on": on, "reason": reason},
            record_key=f"{old.id}|{new.id}",
        )
        return made

    def looked_at(self, record: FeedRecord | Delivery) -> int:
        """Do what follows a delivery; return how many merges were made or taken back."""
        delivery_id = record.id if isinstance(record, Delivery) else record.delivery_id
        open_disputes(self.session, delivery_id)
        changed = apply_corrections(self.session, delivery_id)
        self.session.expire_all()
        return changed

    def asked(self, kind: str) -> list[ReviewTask]:
        """Return the questions of a kind that are open."""
        return list(
            self.session.scalars(
                select(ReviewTask)
                .where(ReviewTask.kind == kind, ReviewTask.state == "open")
                .execution_options(populate_existing=True)
            )
        )
