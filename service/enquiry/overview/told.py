"""What a reader is told of the counts: all of it, or without what few people share.

Who may read payments sees every count. Any other officer sees a cell only where it tells of at least
five people, and where it could not be reckoned back from the cells beside it: within a month a
programme's township is told only if both the township's other programmes and the programme's other
townships still hide enough. Sums are made of what is told, so that two ranges of months never differ
by a hidden cell.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from service.enquiry.board.fold import hidden_of
from service.enquiry.overview.asked import Wanted
from service.enquiry.overview.counts import NONE, Cell, Counts, places_apart, read, told_apart
from service.enquiry.overview.own import narrowed
from service.officers.scopes import Scope

__all__ = ["NONE", "OTHERS", "OUTCOMES", "Cell", "Cells", "Overview", "overview", "total"]

OTHERS = ""
"""The programmes together that are not told one by one."""
SERIES_MAX = 4
OUTCOMES = ("first", "again", "waiting", "failed", "open")


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
    codes: tuple[str, ...] = ()
    """The programmes of which something was counted in these months."""
    is_inside: bool = False
    within: tuple[Scope, ...] = ()
    """The townships and programmes it is limited to; empty for the whole county."""

    @property
    def is_of_places(self) -> bool:
        """Whether it is of townships alone: then nothing is known of days."""
        return bool(self.within) and all(one.division for one in self.within)

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


def overview(
    session: Session, wanted: Wanted, *, is_inside: bool, scopes: Sequence[Scope] = ()
) -> Overview:
    """Return the overview for a reader who may read payments (``is_inside``), or for another officer.

    With ``scopes`` it is that of some townships or programmes, whose payments the officer may read.
    """
    counts, counted_at = read(session, wanted, scopes)
    if scopes:
        counts = narrowed(counts, scopes)
    named = _named(counts, wanted.months, is_inside=is_inside)
    # Money of all programmes in a township is told as well: beside it, one's may not stand alone.
    apart = places_apart(session, wanted) if wanted.programme and not is_inside else None
    with_ages = [one for one in wanted.months if counts.get(("age", one, wanted.programme))]
    ages_month = with_ages[-1] if with_ages else ""

    def summed(cut: str) -> Cells:
        return _summed(
            counts, cut, wanted, is_inside=is_inside, apart=apart if cut == "place" else None
        )

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
        codes=tuple(sorted({code for cut, _, code in counts if cut == "all" and code})),
        is_inside=is_inside,
        within=tuple(scopes),
    )


def _named(counts: Counts, months: list[str], *, is_inside: bool) -> dict[str, set[str]]:
    """Return {month: the programmes that are told by name in it}."""
    wanted, came = set(months), defaultdict[str, dict[str, int]](dict)
    for (cut, month, programme), cells in counts.items():
        if cut == "all" and programme and month in wanted:
            for cell in cells.values():
                came[month][programme] = cell.people
    return {at: set(some) if is_inside else told_apart(some) for at, some in came.items()}


def _lines(counts: Counts, wanted: Wanted, named: Mapping[str, set[str]]) -> Mapping[str, Cells]:
    def cell(programme: str, month: str) -> Cell | None:
        found = counts.get(("all", month, programme), {}).get("")
        if found is None:
            return NONE
        return found if programme in named.get(month, set()) else None

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
            is_told = not rows or bool(named.get(month))
            others[month] = total(rows) - apart if is_told else None
        lines[OTHERS] = others
    return lines


def _summed(
    counts: Counts,
    cut: str,
    wanted: Wanted,
    *,
    is_inside: bool,
    apart: Collection[tuple[str, str]] | None = None,
) -> Cells:
    """Return the sums over the months of what is told in each; None where no month tells of it.

    ``apart``, where it is given, are the months and keys beside whose sum one may stand alone.
    """
    found: dict[str, Cell | None] = {}
    for month in wanted.months:
        cells = counts.get((cut, month, wanted.programme), {})
        for key, cell in _without_few(cells, is_inside=is_inside).items():
            if cell is None or (apart is not None and (month, key) not in apart):
                found.setdefault(key, None)
            else:
                found[key] = (found.get(key) or NONE) + cell
    return found


def _without_few(cells: Mapping[str, Cell], *, is_inside: bool) -> Cells:
    hidden = set() if is_inside else hidden_of({key: one.people for key, one in cells.items()})
    return {key: None if key in hidden else one for key, one in cells.items()}
