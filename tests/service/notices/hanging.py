"""Lists that hang, of people whose age is known, and officers around them."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.submit import submit
from service.foundation import clock
from service.notices.models import Notice, NoticeLine
from service.notices.post import post
from service.residents.models import Person
from tests.factories.batches import county_batch
from tests.factories.officers import Staff, staff
from tests.factories.residents import FeedRecordFactory


@dataclass(frozen=True)
class Hanging:
    """A posted batch and the people of its chain."""

    batch: Batch
    notice: Notice
    people: Staff


def born(session: Session, payment: Payment, day: str) -> None:
    """Let the household register say when a line's person was born."""
    person = session.get_one(Person, payment.subject_id)
    FeedRecordFactory.create(person=person, data={"birth": day})


def drafted(session: Session, lines: int = 3, programme: str = "MZ17") -> tuple[Batch, Staff]:
    """Build a draft whose people are grown up."""
    batch = county_batch(session, lines, programme=programme)
    for line in lines_of(session, batch):
        born(session, line, "1950-02-03")
    return batch, staff()


def hanging(
    session: Session, lines: int = 3, *, programme: str = "MZ17", on: date | None = None
) -> Hanging:
    """Submit and post a batch, today unless told otherwise."""
    batch, people = drafted(session, lines, programme)
    return posted(session, batch, people, on=on)


def posted(session: Session, batch: Batch, people: Staff, *, on: date | None = None) -> Hanging:
    """Submit a draft and post it."""
    submit(session, batch, by=people.maker)
    notice = post(session, batch, on=on or clock.today(), by=people.maker.actor())
    assert notice is not None
    return Hanging(batch, notice, people)


def lines_of(session: Session, batch: Batch) -> list[Payment]:
    """Return a batch's payments by id."""
    return list(
        session.scalars(select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id))
    )


def shown_of(session: Session, notice: Notice) -> list[NoticeLine]:
    """Return what a notice shows, by place."""
    return list(
        session.scalars(
            select(NoticeLine).where(NoticeLine.notice_id == notice.id).order_by(NoticeLine.place)
        )
    )
