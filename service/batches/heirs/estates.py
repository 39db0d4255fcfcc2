"""The list of the dead whose money waits or who have heirs, by pages, within an officer's places.

A page is read from the key of the last row before it, so that none is left out and none comes twice
while others come and go.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Subquery,
    cast,
    func,
    literal,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment, PaymentHold
from service.batches.walk import NoSuchPlace
from service.officers.models import Officer
from service.officers.reach import within
from service.residents.heirs.register import share_of
from service.residents.models import HeirRegistration, Person
from service.residents.models.heirs import WHOLE_PARTS

ROWS_A_PAGE = 50
ACT = "heirs.read"
_KEPT = func.coalesce(Person.merged_into, Person.id)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Of whom nothing waits: they come last."""
_PLACE = re.compile(r"([0-9]{1,18})-([0-9]{1,18})")


@dataclass(frozen=True)
class Estate:
    """One of the dead: what waits, since when, and what part of it has heirs."""

    person: Person
    lines: int
    fen: int
    since: datetime | None
    approved: Fraction
    """The shares that two officers registered."""
    unconfirmed: tuple[HeirRegistration, ...]
    """Registrations that wait for a second officer."""
    registered: int

    @property
    def place(self) -> str:
        """Return the key from which the page after it is read."""
        micros = ((self.since or _NEVER) - _EPOCH) // timedelta(microseconds=1)
        return f"{micros}-{self.person.id}"


@dataclass(frozen=True)
class Waiting:
    """How many wait, and since when."""

    count: int
    since: datetime | None
    only_person: int | None = None
    """Set when all are about one."""


def page(
    session: Session, officer: Officer, *, after: str = "", limit: int = ROWS_A_PAGE
) -> tuple[list[Estate], str]:
    """Return one page of the estates an officer may see, the longest wait first, and where the next
    begins, empty at the end; raises NoSuchPlace.

    Two questions however many they are.
    """
    waiting = _waiting()
    since = func.coalesce(waiting.c.since, literal(_NEVER))
    query = (
        select(Person, waiting.c.lines, waiting.c.fen, waiting.c.since)
        .join(waiting, waiting.c.person_id == Person.id)
        .where(_seen(officer))
        .order_by(since, Person.id)
        .limit(limit + 1)
    )
    if after:
        query = query.where(tuple_(since, Person.id) > tuple_(*_place(after)))
    rows = session.execute(query).all()
    heirs = _standing(session, [row[0].id for row in rows[:limit]])
    found = [
        _estate(person, lines, fen, since, heirs.get(person.id, []))
        for person, lines, fen, since in rows[:limit]
    ]
    return found, found[-1].place if len(rows) > limit else ""


def unclaimed(session: Session, officer: Officer) -> Waiting:
    """Return the estates an officer may see whose money waits and of which a part has no heir yet.

    What waits for a second officer is not among them.
    """
    waiting = _waiting()
    parts = func.sum(
        cast(HeirRegistration.share_num, BigInteger) * (WHOLE_PARTS // HeirRegistration.share_den)
    )
    settled = (
        select(_KEPT.label("person_id"))
        .join(HeirRegistration, HeirRegistration.person_id == Person.id)
        .where(HeirRegistration.ended_at.is_(None))
        .group_by(_KEPT)
        .having(
            (func.count().filter(HeirRegistration.approved_at.is_(None)) > 0)
            | (parts >= WHOLE_PARTS)
        )
    )
    count, since = session.execute(
        select(func.count(), func.min(waiting.c.since))
        .select_from(Person)
        .join(waiting, waiting.c.person_id == Person.id)
        .where(_seen(officer), waiting.c.lines > 0, Person.id.not_in(settled))
    ).one()
    return Waiting(count, since)


def unconfirmed(session: Session, officer: Officer) -> Waiting:
    """Return the registrations by others that wait for a second officer in an officer's places."""
    kept = select(Person.id, Person.division).subquery()
    count, since, first, last = session.execute(
        select(
            func.count(),
            func.min(HeirRegistration.registered_at),
            func.min(_KEPT),
            func.max(_KEPT),
        )
        .select_from(HeirRegistration)
        .join(Person, Person.id == HeirRegistration.person_id)
        .join(kept, kept.c.id == _KEPT)
        .where(
            HeirRegistration.ended_at.is_(None),
            HeirRegistration.approved_at.is_(None),
            HeirRegistration.registered_by != str(officer.id),
            within(officer, ACT, division=kept.c.division),
        )
    ).one()
    return Waiting(count, since, first if first == last else None)


def _seen(officer: Officer) -> ColumnElement[bool]:
    return within(officer, ACT, division=Person.division)


def _waiting() -> Subquery:
    """Select each of the dead: lines held because the payee has died, or an heir's that something
    holds; or nothing, with somebody registered already.
    """
    held = (
        select(PaymentHold.payment_id)
        .where(PaymentHold.control == "payee_dead", PaymentHold.cleared_at.is_(None))
        .union(select(Payment.id).where(Payment.state == "held", Payment.line_type == "estate"))
    )
    lines = (
        select(
            _KEPT.label("person_id"), literal(1).label("lines"), Payment.amount_fen.label("fen"),
            Batch.built_at.label("since"),
        )
        .select_from(Payment)
        .join(Person, Person.id == Payment.subject_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Payment.state == "held", Payment.subject_kind == "person", Payment.id.in_(held)
        )
    )  # fmt: skip
    registered = (
        select(_KEPT, literal(0), literal(0), null())
        .select_from(HeirRegistration)
        .join(Person, Person.id == HeirRegistration.person_id)
        .where(HeirRegistration.ended_at.is_(None))
    )
    one = union_all(lines, registered).subquery()
    return (
        select(
            one.c.person_id,
            func.sum(one.c.lines).label("lines"),
            cast(func.sum(one.c.fen), BigInteger).label("fen"),
            func.min(one.c.since).label("since"),
        )
        .group_by(one.c.person_id)
        .subquery()
    )


def _standing(session: Session, ids: list[int]) -> dict[int, list[HeirRegistration]]:
    standing: dict[int, list[HeirRegistration]] = {}
    for heir, dead in session.execute(
        select(HeirRegistration, _KEPT)
        .join(Person, Person.id == HeirRegistration.person_id)
        .where(HeirRegistration.ended_at.is_(None), _KEPT.in_(ids))
        .order_by(HeirRegistration.registered_at, HeirRegistration.id)
    ):
        standing.setdefault(dead, []).append(heir)
    return standing


def _estate(
    person: Person, lines: int, fen: int, since: datetime | None, heirs: list[HeirRegistration]
) -> Estate:
    approved = [one for one in heirs if one.approved_at is not None]
    whole = sum((share_of(one) for one in approved), Fraction(0))
    waiting = tuple(one for one in heirs if one.approved_at is None)
    return Estate(person, lines, fen, since, whole, waiting, len(heirs))


def _place(after: str) -> tuple[ColumnElement[datetime], ColumnElement[int]]:
    read = _PLACE.fullmatch(after)
    if read is None:
        raise NoSuchPlace(after)
    latest = (_NEVER - _EPOCH) // timedelta(microseconds=1)
    since = _EPOCH + timedelta(microseconds=min(int(read[1]), latest))
    return literal(since), literal(int(read[2]))
