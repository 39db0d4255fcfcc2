"""Reckon forms, proofs and hours from the count, with minutes that the reader may change."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.enquiry.spared.models import SparedCount

FORM_MINUTES, PROOF_MINUTES = 30, 90
"""Assumed, not measured: filling in and handing in a form; asking for a stamp, the way, the wait."""
MINUTES_MAX = 600


@dataclass(frozen=True)
class Assumed:
    """How long a form and a proof are assumed to take."""

    form_minutes: int = FORM_MINUTES
    proof_minutes: int = PROOF_MINUTES


@dataclass
class Spared:
    """What a number of first payments stand for."""

    confirmations: int = 0
    forms: int = 0
    proofs: int = 0

    def add(self, people: int, forms: int, proofs: int) -> None:
        """Count so many people's confirmations of one programme."""
        self.confirmations += people
        self.forms += people * forms
        self.proofs += people * proofs

    def hours(self, assumed: Assumed) -> int:
        """Return whole hours, rounded down."""
        return (self.forms * assumed.form_minutes + self.proofs * assumed.proof_minutes) // 60


@dataclass(frozen=True)
class Reckoned:
    """A year: together, by month and by place."""

    year: int
    counted_at: datetime | None
    together: Spared = field(default_factory=Spared)
    months: Mapping[str, Spared] = field(default_factory=dict)
    places: Mapping[str, Spared] = field(default_factory=dict)
    """By township, or by village within one."""


def years(session: Session) -> list[int]:
    """Return the years that were counted, the newest first."""
    return list(
        session.scalars(select(SparedCount.year).distinct().order_by(SparedCount.year.desc()))
    )


def reckon(
    session: Session, papers: Mapping[str, tuple[int, int]], year: int, *, township: str = ""
) -> Reckoned:
    """Return what a year spared the county, or one township (first 9 digits) by its villages.

    ``papers`` is {programme: (forms, proofs) that one confirmation does without}.
    """
    digits = 12 if township else 9
    place = func.left(SparedCount.division, digits)
    rows = session.execute(
        select(SparedCount.month, place, SparedCount.programme, func.sum(SparedCount.people))
        .where(SparedCount.year == year, SparedCount.division.startswith(township, autoescape=True))
        .group_by(SparedCount.month, place, SparedCount.programme)
    ).all()
    months: dict[str, Spared] = defaultdict(Spared)
    places: dict[str, Spared] = defaultdict(Spared)
    together = Spared()
    for month, where, code, people in rows:
        forms, proofs = papers.get(code, (0, 0))
        for one in (together, months[month], places[where]):
            one.add(int(people), forms, proofs)
    counted_at = session.scalar(
        select(func.max(SparedCount.counted_at)).where(SparedCount.year == year)
    )
    return Reckoned(year, counted_at, together, dict(sorted(months.items())), dict(places))
