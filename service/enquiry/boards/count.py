"""Add up what the village boards tell; made anew whenever a bank's day is closed.

Only what a board tells by name goes in, so that the sum says nothing that the boards do not: taking
them away from it leaves nothing, never the few of a village that are told nowhere.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import delete, func, insert, select, text
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.enquiry.board.fold import Came, fold
from service.enquiry.boards.models import BoardsCount
from service.foundation import clock
from service.foundation.jobs import job
from service.foundation.months import Month
from service.programmes.catalogue import rules
from service.residents.models import Division
from service.residents.places.tree import current_codes

KIND = "enquiry.count_boards"
_LOCK = 0x626F61726473
_AT_ONCE = 20_000


@job(KIND, attempts_max=5)
def count_boards(session: Session, day: str, **_: str) -> None:
    """Count the month of a closed bank day, and those whose payments came back on it."""
    closed = date.fromisoformat(day)
    returned = session.scalars(
        select(func.to_char(Payment.settled_on, "YYYY-MM"))
        .where(Payment.failed_on == closed, Payment.settled_on.is_not(None))
        .distinct()
    )
    for month in sorted({str(Month.of(closed)), *returned}):
        count_month(session, Month.parse(month))


def count_month(session: Session, month: Month) -> int:
    """Put a month's sums in the place of those before; return how many programmes are told."""
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    session.execute(delete(BoardsCount).where(BoardsCount.month == str(month)))
    hidden = [code for code, one in rules().programmes.items() if one.sensitive]
    people: dict[str, int] = defaultdict(int)
    sums_fen: dict[str, int] = defaultdict(int)
    for came in _by_village(session, month):
        for row in fold(came, unnamed=hidden).rows:
            if row.programme:
                people[row.programme] += row.people
                sums_fen[row.programme] += row.amount_fen
    found = [
        {
            "month": str(month), "programme": one, "people": people[one],
            "amount_fen": sums_fen[one], "counted_at": clock.now(),
        }
        for one in sorted(people)
    ]  # fmt: skip
    if found:
        session.execute(insert(BoardsCount), found)
    return len(found)


def _by_village(session: Session, month: Month) -> Iterable[list[Came]]:
    """Return what came to each village of today, as its board reads it."""
    # A line whose payee is not known counts as one more person, as on the board.
    payee = func.coalesce(Payment.payee_person_id, -Payment.id)
    rows = session.execute(
        select(Payment.division, Payment.programme, payee, func.sum(Payment.amount_fen))
        .where(
            Payment.state == "paid",
            Payment.settled_on.between(month.first_day, month.last_day),
            Payment.division.in_(select(Division.code).where(Division.level == "village")),
        )
        .group_by(Payment.division, Payment.programme, payee),
        execution_options={"yield_per": _AT_ONCE},
    )
    payees: dict[tuple[str, str], set[int]] = defaultdict(set)
    sums_fen: dict[tuple[str, str], int] = defaultdict(int)
    for division, programme, one, amount_fen in rows:
        code = division or ""
        payees[code, programme].add(one)
        sums_fen[code, programme] += int(amount_fen)
    now = current_codes(session, {code for code, _ in payees})
    merged: dict[str, dict[str, Came]] = defaultdict(dict)
    for (code, programme), ones in payees.items():
        village = merged[now[code]]
        before = village.get(programme, Came(programme, frozenset(), 0))
        village[programme] = Came(
            programme, before.payees | ones, before.amount_fen + sums_fen[code, programme]
        )
    return [list(one.values()) for one in merged.values()]
