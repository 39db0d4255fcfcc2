"""The counts as they are read: numbers by cut, month, programme and key."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select, text
from sqlalchemy.orm import Session

from service.enquiry.overview.asked import Wanted
from service.enquiry.overview.models import OverviewCount
from service.notices.public_view import FEW
from service.officers.scopes import Scope


@dataclass(frozen=True)
class Cell:
    """One count."""

    payments: int = 0
    people: int = 0
    amount_fen: int = 0

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.payments + other.payments,
            self.people + other.people,
            self.amount_fen + other.amount_fen,
        )

    def __sub__(self, other: "Cell") -> "Cell":
        return Cell(
            self.payments - other.payments,
            self.people - other.people,
            self.amount_fen - other.amount_fen,
        )


NONE = Cell()
Counts = dict[tuple[str, str, str], dict[str, Cell]]
"""{(cut, month, programme): {key: count}}"""
MANY = 20
"""Beyond so many people it does not matter how many: they hide whoever stands beside them."""

_APART = text("""
SELECT month, key, coalesce(of_programme >= :few AND (smallest >= :few OR joins <> :programme), false)
  FROM (SELECT month, key, min(people) AS smallest,
               max(people) FILTER (WHERE programme = :programme) AS of_programme,
               (array_agg(programme ORDER BY least(people, :many), programme COLLATE "C" DESC)
                FILTER (WHERE people >= :few))[1] AS joins
          FROM overview_counts
         WHERE cut = 'place' AND programme <> '' AND month BETWEEN :first AND :last
         GROUP BY month, key) AS beside
""")


def read(
    session: Session, wanted: Wanted, scopes: Collection[Scope] = ()
) -> tuple[Counts, datetime | None]:
    """Return the counts of a range of months, and when the newest of them was made.

    Of all programmes only the whole county's; within ``scopes`` the townships' and programmes' own.
    """
    of = OverviewCount
    rows = session.execute(
        select(
            of.cut, of.month, of.programme, of.key,
            of.payments, of.people, of.amount_fen, of.counted_at,
        ).where(
            of.month.between(str(wanted.first), str(wanted.last)),
            _within(wanted, scopes) if scopes else or_(of.cut == "all", of.programme == wanted.programme),
        )
    )  # fmt: skip
    found: Counts = defaultdict(dict)
    newest: datetime | None = None
    for cut, month, programme, key, payments, people, amount_fen, at in rows:
        found[cut, month, programme][key] = Cell(payments, people, amount_fen)
        newest = max(newest, at) if newest else at
    return found, newest


def told_apart(people: Mapping[str, int]) -> set[str]:
    """Return the programmes of one place and month that are told by name, of those that came there.

    It is `fold` for counts of which nobody knows who is in two of them: of the few together there may
    be as few as of the largest, so that the smallest of the others always joins them.
    """
    told = sorted(
        (one for one in people if people[one] >= FEW),
        key=lambda one: (-min(people[one], MANY), one),
    )
    if told and len(told) < len(people):
        told.pop()
    return set(told)


def places_apart(session: Session, wanted: Wanted) -> set[tuple[str, str]]:
    """Return the (month, township) in which the one programme asked for is told by name."""
    given = {
        "few": FEW,
        "many": MANY,
        "programme": wanted.programme,
        "first": str(wanted.first),
        "last": str(wanted.last),
    }
    return {(month, key) for month, key, is_told in session.execute(_APART, given) if is_told}


def _within(wanted: Wanted, scopes: Collection[Scope]) -> ColumnElement[bool]:
    """Select what an officer's townships and programmes are counted from, as little as is shown."""
    of = OverviewCount
    conditions: list[ColumnElement[bool]] = []
    for scope in scopes:
        mine = [of.programme != ""]
        if not scope.is_for_all_programmes:
            mine.append(of.programme.in_(sorted(scope.every_programme())))
        if scope.division:
            mine += [of.cut == "place", func.left(of.key, len(scope.division)) == scope.division]
        else:
            mine.append(or_(of.cut.in_(("all", "place")), of.programme == wanted.programme))
        conditions.append(and_(*mine))
    return or_(false(), *conditions)
