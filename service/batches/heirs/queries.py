"""Every reading of estates: the dead whose money waits, their lines, and who is to receive them."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment, PaymentHold
from service.residents.heirs.register import share_of
from service.residents.identity.canonical import aliases, canonical
from service.residents.models import Account, HeirRegistration, Person, PersonIdentifier

# Held because the payee has died, or an heir's line that something holds; or registered already.
_ESTATES = text(
    """
    SELECT person_id, coalesce(sum(lines), 0)::bigint AS lines,
           coalesce(sum(fen), 0)::bigint AS fen, min(since) AS since
    FROM (
        SELECT coalesce(s.merged_into, s.id) AS person_id, 1 AS lines, p.amount_fen AS fen,
               b.built_at AS since
        FROM payments p
        JOIN persons s ON s.id = p.subject_id
        JOIN batches b ON b.id = p.batch_id
        WHERE p.state = 'held' AND p.subject_kind = 'person' AND (p.line_type = 'estate' OR EXISTS (
            SELECT FROM payment_holds h
            WHERE h.payment_id = p.id AND h.control = 'payee_dead' AND h.cleared_at IS NULL))
        UNION ALL
        SELECT coalesce(s.merged_into, s.id), 0, 0, NULL
        FROM heir_registrations h JOIN persons s ON s.id = h.person_id WHERE h.ended_at IS NULL
    ) one
    GROUP BY person_id
    ORDER BY min(since) NULLS LAST, person_id
    LIMIT 500
    """
)


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


@dataclass(frozen=True)
class Heir:
    """A registration as the page of the dead shows it."""

    row: HeirRegistration
    person: Person
    id_tail: str
    account_tail: str
    """Of the account the heir is paid to now; empty if there is none."""


def estates(session: Session) -> list[Estate]:
    """Return the dead whose money waits or who have registered heirs, the longest wait first.

    Three questions however many they are: the first page of every officer asks.
    """
    rows = session.execute(_ESTATES).all()
    ids = [row.person_id for row in rows]
    people = {one.id: one for one in session.scalars(select(Person).where(Person.id.in_(ids)))}
    standing: dict[int, list[HeirRegistration]] = {}
    kept = func.coalesce(Person.merged_into, Person.id)
    for heir, dead in session.execute(
        select(HeirRegistration, kept)
        .join(Person, Person.id == HeirRegistration.person_id)
        .where(HeirRegistration.ended_at.is_(None), kept.in_(ids))
    ):
        standing.setdefault(dead, []).append(heir)
    found = []
    for row in rows:
        heirs = standing.get(row.person_id, [])
        approved = [one for one in heirs if one.approved_at is not None]
        whole = sum((share_of(one) for one in approved), Fraction(0))
        unconfirmed = tuple(one for one in heirs if one.approved_at is None)
        found.append(
            Estate(
                people[row.person_id], row.lines, row.fen, row.since, whole, unconfirmed, len(heirs)
            )
        )
    return found


def lines_of(session: Session, person_id: int) -> list[tuple[Payment, Batch, list[str]]]:
    """Return a dead person's held and estate lines, with what holds each."""
    rows = session.execute(
        select(Payment, Batch)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Payment.subject_kind == "person",
            Payment.subject_id.in_(aliases(session, person_id)),
            (Payment.state == "held") | (Payment.line_type == "estate"),
            Payment.state != "reissued",
        )
        .order_by(Payment.id)
    ).all()
    holds: dict[int, list[str]] = {}
    for hold in session.scalars(
        select(PaymentHold)
        .where(
            PaymentHold.payment_id.in_([line.id for line, _ in rows]),
            PaymentHold.cleared_at.is_(None),
        )
        .order_by(PaymentHold.control)
    ):
        holds.setdefault(hold.payment_id, []).append(hold.control)
    return [(line, batch, holds.get(line.id, [])) for line, batch in rows]


def heirs_of(session: Session, person_id: int) -> list[Heir]:
    """Return every registration for a human being, ended ones too, oldest first."""
    rows = session.scalars(
        select(HeirRegistration)
        .where(HeirRegistration.person_id.in_(aliases(session, person_id)))
        .order_by(HeirRegistration.registered_at, HeirRegistration.id)
    )
    return [_heir(session, one) for one in rows]


def id_tail(session: Session, person_id: int) -> str:
    """Return the last four characters of a human being's ID number; empty if none is known."""
    found = session.scalar(
        select(PersonIdentifier.tail)
        .where(
            PersonIdentifier.person_id.in_(aliases(session, person_id)),
            PersonIdentifier.kind == "id18",
        )
        .order_by(PersonIdentifier.valid_to.desc().nulls_first())
        .limit(1)
    )
    return found or ""


def _heir(session: Session, one: HeirRegistration) -> Heir:
    kept = canonical(session, one.heir_person_id)
    account = session.scalar(
        select(Account.tail)
        .where(Account.person_id.in_(aliases(session, kept)), Account.known_to.is_(None))
        .order_by(Account.known_from.desc(), Account.id.desc())
        .limit(1)
    )
    return Heir(one, session.get_one(Person, kept), id_tail(session, kept), account or "")
