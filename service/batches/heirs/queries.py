"""Every reading of estates: the dead whose money waits, their lines, and who is to receive them."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment, PaymentHold
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.officers.reach import reaches
from service.residents.identity.canonical import aliases, canonical
from service.residents.models import Account, HeirRegistration, Person, PersonIdentifier


@dataclass(frozen=True)
class Heir:
    """A registration as the page of the dead shows it."""

    row: HeirRegistration
    person: Person
    id_tail: str
    account_tail: str
    """Of the account the heir is paid to now; empty if there is none."""


def seen(session: Session, person_id: int, officer: Officer) -> Person:
    """Return the human being of an id within the officer's places; raises NotAllowed, NotFound."""
    require(officer, "heirs.read")
    if session.get(Person, person_id) is None:
        raise NotFound("resident")
    person = session.get_one(Person, canonical(session, person_id))
    if not reaches(officer, "heirs.read", person.division):
        raise NotFound("resident")
    return person


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


def require_registration(session: Session, person_id: int, heir_id: UUID) -> None:
    """Answer as if a registration were not there that is not one for this human being; raises NotFound."""
    found = session.get(HeirRegistration, heir_id)
    if found is None or found.person_id not in aliases(session, person_id):
        raise NotFound("heir")


def id_tails(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """Return the last four characters of human beings' ID numbers; who has none is left out."""
    kept = func.coalesce(Person.merged_into, Person.id)
    rows = session.execute(
        select(kept, PersonIdentifier.tail)
        .join(Person, Person.id == PersonIdentifier.person_id)
        .where(
            kept.in_(person_ids),
            PersonIdentifier.kind == "id18",
        )
        .order_by(PersonIdentifier.valid_to.asc().nulls_last(), PersonIdentifier.id)
    )
    # The last one wins: that of today.
    return {person: tail for person, tail in rows}  # noqa: C416 - rows are tuples of two


def _heir(session: Session, one: HeirRegistration) -> Heir:
    kept = canonical(session, one.heir_person_id)
    account = session.scalar(
        select(Account.tail)
        .where(Account.person_id.in_(aliases(session, kept)), Account.known_to.is_(None))
        .order_by(Account.known_from.desc(), Account.id.desc())
        .limit(1)
    )
    return Heir(
        one, session.get_one(Person, kept), id_tails(session, [kept]).get(kept, ""), account or ""
    )
