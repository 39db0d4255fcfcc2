"""Read what reached the cards of a village's people, month by month of the day it arrived."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.enquiry.board.fold import Came
from service.foundation.months import Month
from service.reconciliation.models import BankDay, BankDayReopening
from service.residents.models import Division
from service.residents.places.tree import current_codes

# A line whose payee is not known can be paid only after somebody found out; it counts as one more person.
_PAYEE = func.coalesce(Payment.payee_person_id, -Payment.id)
_MONTH = func.to_char(Payment.settled_on, "YYYY-MM")


def codes_of(session: Session, village: Division) -> list[str]:
    """Return the village's code with those of the villages that were merged or renumbered into it."""
    ended = session.scalars(
        select(Division.code).where(
            Division.succeeded_by.is_not(None), Division.level == village.level
        )
    ).all()
    now = current_codes(session, ended)
    return [village.code, *sorted(code for code in ended if now[code] == village.code)]


def by_programme(
    session: Session, codes: Collection[str], last: Month, months: int
) -> dict[str, list[Came]]:
    """Return what came in each of so many months up to ``last``, oldest first, by programme.

    Who had it is there for counting only; a month without money has no row.
    """
    first = last.minus(months - 1)
    rows = session.execute(
        select(_MONTH, Payment.programme, _PAYEE, func.sum(Payment.amount_fen))
        .where(*_arrived(codes, first.first_day, last.last_day))
        .group_by(_MONTH, Payment.programme, _PAYEE)
    )
    payees: dict[tuple[str, str], set[int]] = defaultdict(set)
    sums_fen: dict[tuple[str, str], int] = defaultdict(int)
    for month, programme, payee, amount_fen in rows:
        payees[month, programme].add(payee)
        sums_fen[month, programme] += int(amount_fen)
    found: dict[str, list[Came]] = {str(last.minus(back)): [] for back in range(months - 1, -1, -1)}
    for month, programme in sorted(payees):
        at = (month, programme)
        found[month].append(Came(programme, frozenset(payees[at]), sums_fen[at]))
    return found


def last_month(session: Session, codes: Collection[str], today: date) -> Month:
    """Return the latest month in which money came, or this one."""
    latest = session.scalar(
        select(func.max(Payment.settled_on)).where(
            Payment.division.in_(codes), Payment.state == "paid", Payment.settled_on <= today
        )
    )
    return Month.of(latest or today)


def _arrived(codes: Collection[str], first: date, last: date) -> list[ColumnElement[bool]]:
    return [
        Payment.division.in_(codes),
        Payment.state == "paid",
        Payment.settled_on.between(first, last),
    ]


def last_closed(session: Session) -> date | None:
    """Return the last day that is closed at a bank: so far is known what came."""
    return session.scalar(
        select(func.max(BankDay.day)).where(BankDay.id.not_in(select(BankDayReopening.bank_day_id)))
    )
