"""Keep part of a new regular line for a case that an officer agreed to.

A line is built with what is left, and a row beside it says gross, kept and net. Never more than the
agreed share of one line, never more than the county allows for one line together, never more than
is left of the case, and always something for the recipient.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.batches.recoveries.lifecycle import TAKING
from service.batches.recoveries.models import RecoveryCase, RecoveryOffset
from service.batches.recoveries.standing import Standing, standings
from service.foundation.months import Month
from service.foundation.settings import settings
from service.residents.models import Person

_LINES = text(
    """
    SELECT id, amount_fen, payee_canonical_id FROM building
    WHERE payee_canonical_id = ANY(:payees) ORDER BY id
    """
)
_NET = text("UPDATE building SET amount_fen = amount_fen - :kept WHERE id = :id")
_FOLLOW = text(
    """
    INSERT INTO recovery_offsets (payment_id, case_id, gross_fen, offset_fen)
    SELECT again.id, o.case_id, o.gross_fen, o.offset_fen
    FROM (
        -- Once, though several heirs' lines may replace one.
        SELECT replaces_id, min(id) AS id FROM building WHERE replaces_id IS NOT NULL
        GROUP BY replaces_id
    ) again JOIN recovery_offsets o ON o.payment_id = again.replaces_id
    """
)


@dataclass(frozen=True)
class Kept:
    """What is kept from one line for one case, in fen."""

    payment_id: int
    case_id: UUID
    gross_fen: int
    offset_fen: int


def net(session: Session, programme: str, month: str) -> list[Kept]:
    """Reduce the lines of ``building`` for the programme's cases; the oldest case comes first.

    The caller holds the programme's build lock; the cases stay locked until its commit, so that
    nothing is paid back or written off meanwhile. :func:`keep` writes down what is returned.
    """
    cases = session.scalars(
        select(RecoveryCase)
        .where(RecoveryCase.programme == programme, RecoveryCase.state.in_(TAKING))
        .order_by(RecoveryCase.number)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    if not cases:
        return []
    payees = {case.payee_person_id: _canonical(session, case) for case in cases}
    rows = session.execute(_LINES, {"payees": list(set(payees.values()))}).all()
    figures = standings(session, [case.id for case in cases])
    left = {case.id: wanted_fen(case, figures[case.id], month) for case in cases}
    found: list[Kept] = []
    for row in rows:
        gross = int(row.amount_fen)
        mine = [case for case in cases if payees[case.payee_person_id] == row.payee_canonical_id]
        kept = _from_one_line(row.id, gross, mine, left)
        if kept:
            session.execute(_NET, {"kept": sum(one.offset_fen for one in kept), "id": row.id})
        found += kept
    return found


def keep(session: Session, kept: list[Kept]) -> None:
    """Write down what was kept, once the lines are there; a line issued again keeps what it kept."""
    session.execute(_FOLLOW)
    if kept:
        session.execute(insert(RecoveryOffset), [vars(one) for one in kept])


def wanted_fen(case: RecoveryCase, figures: Standing, month: str) -> int:
    """Return how much may be kept for a case in a month, before any line's own limit."""
    if case.state != "instalments" or case.monthly_fen is None or case.first_month is None:
        return figures.left_fen
    passed = max(0, _months(case.first_month, month) + 1)
    back = figures.asked_fen - figures.left_fen
    return max(0, min(passed * case.monthly_fen, figures.asked_fen) - back)


def instalments(total_fen: int, monthly_fen: int) -> list[int]:
    """Return the instalments of a sum: equal ones, and the remainder last."""
    full, rest = divmod(total_fen, monthly_fen)
    return [monthly_fen] * full + ([rest] if rest else [])


def _from_one_line(
    payment_id: int, gross: int, cases: list[RecoveryCase], left: dict[UUID, int]
) -> list[Kept]:
    room = min(gross * settings().recovery_share_percent_max // 100, gross - 1)
    found = []
    for case in cases:
        share = gross * (case.share_percent or 0) // 100
        take = min(left[case.id], share, room)
        if take > 0:
            found.append(Kept(payment_id, case.id, gross, take))
            left[case.id] -= take
            room -= take
    return found


def _canonical(session: Session, case: RecoveryCase) -> int | None:
    person = session.get(Person, case.payee_person_id) if case.payee_person_id else None
    return (person.merged_into or person.id) if person else case.payee_person_id


def _months(first: str, then: str) -> int:
    one, other = Month.parse(first), Month.parse(then)
    return (other.year - one.year) * 12 + other.month - one.month
