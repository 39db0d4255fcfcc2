"""Readings of corrections: those that stand, and what counts meanwhile in a month."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.foundation.months import Month
from service.residents.identity.canonical import canonical
from service.residents.models import FactCorrection, Person


@dataclass(frozen=True)
class Lent:
    """That a fact's value was lent by an officer's act of a day, and until when."""

    on: datetime
    until: date


def standing(session: Session, person_id: int | None = None) -> list[FactCorrection]:
    """Return the corrections that have not ended, of everybody or of one human being, oldest first."""
    found = select(FactCorrection).where(FactCorrection.ended_at.is_(None))
    if person_id is not None:
        kept = canonical(session, person_id)
        same = select(Person.id).where(or_(Person.id == kept, Person.merged_into == kept))
        found = found.where(FactCorrection.person_id.in_(same))
    return list(session.scalars(found.order_by(FactCorrection.asked_at, FactCorrection.id)))


def lent_to(
    session: Session, kind: str, subject_id: int, month: Month, *, at: datetime
) -> dict[str, Lent]:
    """Return {fact: loan} of what counted for a subject in a month, as known at an instant."""
    rows = session.execute(
        select(FactCorrection.fact, FactCorrection.lent_at, FactCorrection.until).where(
            FactCorrection.subject_kind == kind,
            FactCorrection.subject_id == subject_id,
            FactCorrection.lent_at <= at,
            or_(FactCorrection.ended_at.is_(None), FactCorrection.ended_at > at),
            FactCorrection.since <= month.last_day,
            FactCorrection.until >= month.first_day,
        )
    )
    return {
        fact: Lent(lent_at, until)
        for fact, lent_at, until in rows
        if lent_at is not None and until is not None
    }
