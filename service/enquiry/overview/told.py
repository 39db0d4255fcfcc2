"""What a reader is told of the counts: all of it, or without what few people share.

Who may read payments sees every count. Any other officer sees a cell only where it tells of at least
five people, and where it could not be reckoned back from the cells beside it: within a month a
programme's township is told only if both the township's other programmes and the programme's other
townships still hide enough. Sums are made of what is told, so that two ranges of months never differ
by a hidden cell.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.enquiry.board.fold import Came, fold, hidden_of
from service.enquiry.overview.asked import Wanted
from service.enquiry.overview.models import OverviewCount

OTHERS = ""
"""The programmes together that are not told one by one."""
SERIES_MAX = 4
_MANY = 20
OUTCOMES = ("first", "again", "waiting", "failed", "open")


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
Cells = Mapping[str, Cell | None]
"""{key: count}, None where it is not told."""


@dataclass(frozen=True)
class Overview:
    """Everything the page shows, as numbers."""

    wanted: Wanted
    counted_at: datetime | None = None
    lines: Mapping[str, Cells] = field(default_factory=dict)
    """{programme: {month: count}}, the most money first; OTHERS last."""
    places: Cells = field(default_factory=dict)
    """{township: count}; its people are counted once a month."""
    ages_month: str = ""
    ages: Cells = field(default_factory=dict)
    promise: Cells = field(default_factory=dict)
    month_end: Cells = field(default_factory=dict)
    outcomes: Cells = field(default_factory=dict)

    @property
    def together(self) -> Cell:
        """The sum of what is told by month."""
        return total(cell for line in self.lines.values() for cell in line.values())


def total(cells: Iterable[Cell | None]) -> Cell:
    """Return the sum of what is told."""
    told = [one for one in cells if one is not None]
    return Cell(
        sum(one.payments for one in told),
        sum(one.people for one in told),
        sum(one.amount_fen for one in told),
    )


Counts = dict[tuple[str, str, str], dict[str, Cell]]
"""{(cut, month, programme): {key: count}}"""


def overview(session: Session, wanted: Wanted, *, is_inside: bool) -> Overview:
    """Return the overview for a reader who may read payments (``is_inside``), or for another officer."""
    counts, counted_at = _read(session, wanted, is_inside=is_inside)
    named = _named(counts, "all", wanted.months, is_inside=is_inside)
    with_ages = [one for one in wanted.months if counts.get(("age", one, wanted.programme))]
    ages_month = with_ages[-1] if with_ages else ""

    def summed(cut: str) -> Cells:
        return _summed(counts, cut, wanted, is_inside=is_inside)

    return Overview(
        wanted=wanted,
        counted_at=counted_at,
        lines=_lines(counts, wanted, named),
        places=summed("place"),
        ages_month=ages_month,
        ages=_without_few(
            counts.get(("age", ages_month, wanted.programme), {}), is_inside=is_inside
        ),
        promise=summed("promise"),
        month_end=summed("month_end"),
        outcomes=summed("outcome"),
    )


def _read(session: Session, wanted: Wanted, *, is_inside: bool) -> tuple[Counts, datetime | None]:
    of_all = ["all"] if is_inside or not wanted.programme else ["all", "place"]
    rows = session.execute(
        select(
            OverviewCount.cut,
            OverviewCount.month,
            OverviewCount.programme,
            OverviewCount.key,
            OverviewCount.payments,
            OverviewCount.people,
            OverviewCount.amount_fen,
            OverviewCount.counted_at,
        ).where(
            OverviewCount.month.between(str(wanted.first), str(wanted.last)),
            or_(OverviewCount.cut.in_(of_all), OverviewCount.programme == wanted.programme),
        )
    )
    found: Counts = defaultdict(dict)
    newest: datetime | None = None
    for cut, month, programme, key, payments, people, amount_fen, at in rows:
        found[cut, month, programme][key] = Cell(payments, people, amount_fen)
        newest = max(newest, at) if newest else at
    return found, newest


def _named(
    counts: Counts, cut: str, months: list[str], *, is_inside: bool
) -> dict[tuple[str, str], set[str]]:
    """Return {(month, key): the programmes that are told by name there}."""
    wanted, came = set(months), defaultdict[tuple[str, str], list[tuple[str, Cell]]](list)
    for (of, month, programme), cells in counts.items():
        if of == cut and programme and month in wanted:
            for key, cell in cells.items():
                came[month, key].append((programme, cell))
    if is_inside:
        return {at: {programme for programme, _ in some} for at, some in came.items()}
    return {
        at: {one.programme for one in fold(_least(some)).rows if one.programme}
        for at, some in came.items()
    }


def _least(some: list[tuple[str, Cell]]) -> list[Came]:
    """Return what came, to as few people as it may have been.

    Who has two programmes is known to no count: of the others together there may be as few as of the
    largest, so each is taken to be among the same people. Beyond some number more change nothing.
    """
    return [
        Came(programme, frozenset(range(min(cell.people, _MANY))), cell.amount_fen)
        for programme, cell in some
    ]


def _lines(
    counts: Counts, wanted: Wanted, named: Mapping[tuple[str, str], set[str]]
) -> Mapping[str, Cells]:
    def cell(programme: str, month: str) -> Cell | None:
        found = counts.get(("all", month, programme), {}).get("")
        if found is None:
            return NONE
        return found if programme in named.get((month, ""), set()) else None

    if wanted.programme:
        return {wanted.programme: {one: cell(wanted.programme, one) for one in wanted.months}}
    codes = {programme for cut, _, programme in counts if cut == "all" and programme}
    every = {code: {month: cell(code, month) for month in wanted.months} for code in codes}
    by_money = sorted(codes, key=lambda code: (-total(every[code].values()).amount_fen, code))
    shown = by_money[:SERIES_MAX]
    others: dict[str, Cell | None] = {}
    lines: dict[str, Cells] = {
        code: {month: one or NONE for month, one in every[code].items()} for code in shown
    }
    if len(by_money) > len(shown) or any(
        one is None for of in every.values() for one in of.values()
    ):
        for month in wanted.months:
            rows = [
                counts[at].get("", NONE) for code in codes if (at := ("all", month, code)) in counts
            ]
            apart = total(lines[code][month] for code in shown)
            is_told = not rows or bool(named.get((month, "")))
            others[month] = total(rows) - apart if is_told else None
        lines[OTHERS] = others
    return lines


def _summed(counts: Counts, cut: str, wanted: Wanted, *, is_inside: bool) -> Cells:
    """Return the sums over the months of what is told in each; None where no month tells of it."""
    # Money of all programmes in a township is told as well: beside it, one's may not stand alone.
    is_beside = cut == "place" and wanted.programme and not is_inside
    named = _named(counts, cut, wanted.months, is_inside=False) if is_beside else {}
    found: dict[str, Cell | None] = {}
    for month in wanted.months:
        cells = counts.get((cut, month, wanted.programme), {})
        for key, cell in _without_few(cells, is_inside=is_inside).items():
            if cell is None or (is_beside and wanted.programme not in named[month, key]):
                found.setdefault(key, None)
            else:
                found[key] = (found.get(key) or NONE) + cell
    return found


def _without_few(cells: Mapping[str, Cell], *, is_inside: bool) -> Cells:
    hidden = set() if is_inside else hidden_of({key: one.people for key, one in cells.items()})
    return {key: None if key in hidden else one for key, one in cells.items()}
