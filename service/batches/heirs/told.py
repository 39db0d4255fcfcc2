"""What programs are told about estates; names are masked, of numbers the ends alone are told."""

from datetime import datetime
from fractions import Fraction
from uuid import UUID

from pydantic import Field
from sqlalchemy.orm import Session

from service.batches.api import Strict
from service.batches.heirs import queries
from service.batches.heirs.estates import Estate
from service.residents import queries as residents_queries
from service.residents.heirs.register import share_of
from service.residents.heirs.shares import written
from service.residents.models import HeirRegistration, Person
from service.web.filters import masked_name


class EstateOut(Strict):
    """One of the dead; amounts in fen, shares as written (``1/3``; ``0`` for none)."""

    person_id: int
    name: str
    id_tail: str
    lines: int
    amount_fen: int
    since: datetime | None
    approved_share: str
    unconfirmed: int = Field(description="Registrations that wait for a second officer.")


class EstateList(Strict):
    """One page, the longest wait first."""

    estates: list[EstateOut]
    next: str = Field(description="Send this back as `after` for the next page; empty at the end.")


class EstateLine(Strict):
    """A line that is held, or an heir's."""

    reference: str
    batch_no: str
    programme: str
    period: str
    amount_fen: int
    state: str
    holds: list[str]


class RegistrationOut(Strict):
    """Who receives, what part, on what ground; by which two officers."""

    id: UUID
    heir: str
    id_tail: str
    account_tail: str
    share: str
    basis: str
    relation: str
    evidence: str
    reason: str
    state: str = Field(description="unconfirmed, approved or ended.")
    registered_by: str
    registered_at: datetime
    approved_by: str
    ended_by: str
    ended_reason: str


class EstateDetail(Strict):
    """One of the dead, with the lines and every registration, the oldest first."""

    person_id: int
    name: str
    id_tail: str
    left_share: str = Field(description="The part that nobody is registered for.")
    lines: list[EstateLine]
    registrations: list[RegistrationOut]


def out(one: Estate, tail: str) -> EstateOut:
    """Return one row of the list."""
    return EstateOut(
        person_id=one.person.id,
        name=masked_name(one.person.name),
        id_tail=tail,
        lines=one.lines,
        amount_fen=one.fen,
        since=one.since,
        approved_share=written(one.approved),
        unconfirmed=len(one.unconfirmed),
    )


def detail(session: Session, person: Person) -> EstateDetail:
    """Return one estate as every route about it answers."""
    heirs = queries.heirs_of(session, person.id)
    standing = [one.row for one in heirs if one.row.ended_at is None]
    left = 1 - sum((share_of(row) for row in standing), Fraction(0))
    named = residents_queries.names_of(session, _officers([one.row for one in heirs]))
    return EstateDetail(
        person_id=person.id,
        name=masked_name(person.name),
        id_tail=queries.id_tails(session, [person.id]).get(person.id, ""),
        left_share=written(left),
        lines=[
            EstateLine(
                reference=line.reference,
                batch_no=batch.batch_no,
                programme=line.programme,
                period=line.period,
                amount_fen=line.amount_fen,
                state=line.state,
                holds=held,
            )
            for line, batch, held in queries.lines_of(session, person.id)
        ],
        registrations=[_registration(one, named) for one in heirs],
    )


def _registration(one: queries.Heir, named: dict[str, str]) -> RegistrationOut:
    row = one.row
    return RegistrationOut(
        id=row.id,
        heir=masked_name(one.person.name),
        id_tail=one.id_tail,
        account_tail=one.account_tail,
        share=written(share_of(row)),
        basis=row.basis,
        relation=row.relation,
        evidence=row.evidence,
        reason=row.reason,
        state=_state(row),
        registered_by=named.get(row.registered_by, ""),
        registered_at=row.registered_at,
        approved_by=named.get(row.approved_by or "", ""),
        ended_by=named.get(row.ended_by or "", ""),
        ended_reason=row.ended_reason or "",
    )


def _state(row: HeirRegistration) -> str:
    if row.ended_at is not None:
        return "ended"
    return "approved" if row.approved_at is not None else "unconfirmed"


def _officers(rows: list[HeirRegistration]) -> set[str]:
    named = {who for row in rows for who in (row.registered_by, row.approved_by, row.ended_by)}
    return {who for who in named if who}
