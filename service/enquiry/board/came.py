"""Read what reached the cards of a village's people, month by month of the day it arrived."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, distinct, func, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.enquiry.board.fold import Came
from service.foundation.months import Month
from service.residents.models import Division
from service.residents.places.tree import current_codes

# A line whose payee is not known can be paid only after somebody found out; it counts as one more person.
_PAYEE = func.coalesce(Payment.payee_person_id, -Payment.id)
_MONTH = func.to_char(Payment.settled_on, "YYYY-MM")


@dataclass(frozen=True)
class MonthSum:
    """What came in one month: distinct people, and fen."""

    month: str
    people: int
    amount_fen: int


def codes_of(session: Session, village: Division) -> list[str]:
    """Return the village's code with those of the villages that were merged or renumbered into it."""
    ended = session.scalars(
        select(Division.code).where(
            Division.succeeded_by.is_not(None), Division.level == village.level
        )
    ).all()
    now = current_codes(session, ended)
    return [village.code, *sorted(code for code in ended if now[code] == village.code)]


def by_programme(session: Session, codes: Collection[str], month: Month) -> list[Came]:
    """Return what came in one month, by programme, with who had it (ids, for counting only)."""
    payees: dict[str, set[int]] = defaultdict(set)
    sums_fen: dict[str, int] = defaultdict(int)
    rows = session.execute(
        select(Payment.programme, _PAYEE, func.sum(Payment.amount_fen))
        .where(*_arrived(codes, month.first_day, month.last_day))
        .group_by(Payment.programme, _PAYEE)
    )
    for programme, payee, amount_fen in rows:
        payees[programme].add(payee)
        sums_fen[programme] += int(amount_fen)
    return [Came(one, frozenset(payees[one]), sums_fen[one]) for one in sorted(payees)]


def by_month(session: Session, codes: Collection[str], last: Month, months: int) -> list[MonthSum]:
    """Return the sums of so many months up to ``last``, oldest first; a month without money is 0."""
    first = last.minus(months - 1)
    rows = session.execute(
        select(_MONTH, func.count(distinct(_PAYEE)), func.sum(Payment.amount_fen))
        .where(*_arrived(codes, first.first_day, last.last_day))
        .group_by(_MONTH)
    )
    found = {month: MonthSum(month, people, int(fen)) for month, people, fen in rows}
    wanted = [str(last.minus(back)) for back in range(months - 1, -1, -1)]
    return [found.get(one, MonthSum(one, 0, 0)) for one in wanted]


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
