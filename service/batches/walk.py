"""Walk through a batch's lines page by page along an index: a page far back costs what the first does.

Held lines come first, then the others, both by number. A place in the list is named by the line it
follows or precedes, so that nothing is counted off and nothing is skipped when lines come and go.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import ColumnElement, Select, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from service.batches.about import lines_seen_by
from service.batches.differences.models import BatchDifference
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.tallies import queries as tallies
from service.foundation.ids import number_of, reference_of
from service.foundation.problems import Problem
from service.officers.models import Officer
from service.officers.reach import is_unlimited, places

LINES_PER_PAGE = 50
_TOWNSHIP_DIGITS = 9
_NO_VILLAGE = "000"
_AT_ONCE = 500
COUNTED_MAX = 10_000
"""Of what no tally counts, a page counts no more lines than these: it says "more than" instead."""
_TOWNSHIP = func.left(Payment.division, literal_column(str(_TOWNSHIP_DIGITS)))
"""As the index is cut."""
PARTS = ("joined", "changed")
"""How a line of a list may differ from last month; who left has none."""


class NoSuchPlace(Problem):
    """A page was asked for that follows no line."""

    code = "no_such_place"
    status = 422
    title = "There is no such place in the list"

    def __init__(self, place: str) -> None:
        super().__init__(
            f"“{place}” names no place in this list; begin with its first page.",
            f"“{place}”不是名单中的有效位置，请从第一页开始。",
        )


@dataclass(frozen=True)
class Wanted:
    """Which lines are asked for, by whom; an officer of None sees all."""

    batch: Batch
    state: str = ""
    control: str = ""
    officer: Officer | None = None
    place: str = ""
    """The division's digits; those of a township end in 000 and take its villages in."""
    part: str = ""
    """joined or changed: how the line differs from last month."""
    least_fen: int | None = None
    most_fen: int | None = None
    reference: str = ""

    @property
    def is_narrow(self) -> bool:
        """Whether more is asked than the tallies count."""
        bounds = self.least_fen is not None or self.most_fen is not None
        return bounds or bool(self.part or self.reference or (self.place and self.control))

    @property
    def place_prefix(self) -> str:
        """What the divisions of the place begin with; a township takes its villages in."""
        whole = self.place.endswith(_NO_VILLAGE)
        return self.place[:_TOWNSHIP_DIGITS] if whole else self.place


@dataclass(frozen=True)
class Stretch:
    """One page: ids in order, where the pages before and after begin, and how many lines match.

    Where ``is_more``, more than ``total`` do; ``by_state`` is the whole batch's {line state: [lines, fen]}, as far as the officer sees it.
    """

    ids: list[int]
    previous: str
    next: str
    total: int
    is_more: bool
    by_state: dict[str, list[int]]


Segment = Callable[[int | None, Literal["up", "down"], int], list[int]]
"""Ids of one part of the list beyond an id, in a direction, at most so many."""


def walk(session: Session, wanted: Wanted, *, after: str = "", before: str = "") -> Stretch:
    """Return the page that follows ``after``, or precedes ``before``, or the first; raises NoSuchPlace.

    A place is ``h`` or ``o`` (held, or other) and a line's reference.
    """
    batch_id = wanted.batch.id
    by_state = tallies.states_of(session, [batch_id], wanted.officer)[batch_id]
    segments = _segments(session, wanted, by_state)
    total, is_more = _total(session, wanted, by_state)
    if before:
        at = _place(before)
        ids = _down(segments, at)
        if len(ids) > LINES_PER_PAGE:
            page = ids[:LINES_PER_PAGE][::-1]
            first, last = _name(page[0]), _name(page[-1])
            return Stretch([n for _, n in page], first, last, total, is_more, by_state)
        after = ""
    found = _up(segments, _place(after) if after else (0, None))
    page, more = found[:LINES_PER_PAGE], len(found) > LINES_PER_PAGE
    if not page:
        return Stretch([], "", "", total, is_more, by_state)
    return Stretch(
        [number for _, number in page],
        _name(page[0]) if after else "",
        _name(page[-1]) if more else "",
        total,
        is_more,
        by_state,
    )


def _up(segments: Sequence[Segment], at: tuple[int, int | None]) -> list[tuple[int, int]]:
    """Return the place and one page and one line more from a place on."""
    found: list[tuple[int, int]] = []
    first, beyond = at
    for segment in range(first, len(segments)):
        missing = LINES_PER_PAGE + 1 - len(found)
        found += [(segment, one) for one in segments[segment](beyond, "up", missing)]
        beyond = None
        if len(found) > LINES_PER_PAGE:
            break
    return found


def _down(segments: Sequence[Segment], at: tuple[int, int]) -> list[tuple[int, int]]:
    """Return one page and one line more back from a place, the nearest first."""
    found: list[tuple[int, int]] = []
    beyond: int | None = at[1]
    for segment in range(min(at[0], len(segments) - 1), -1, -1):
        missing = LINES_PER_PAGE + 1 - len(found)
        found += [(segment, one) for one in segments[segment](beyond, "down", missing)]
        beyond = None
        if len(found) > LINES_PER_PAGE:
            break
    return found


def _segments(session: Session, wanted: Wanted, by_state: dict[str, list[int]]) -> list[Segment]:
    """Return the parts of the list in order: the held lines, and all others."""
    states = [one for one in by_state if wanted.state in ("", one)]
    held = [one for one in states if one == "held"]
    others = sorted(one for one in states if one != "held")

    def part(of: list[str]) -> Segment:
        def read(beyond: int | None, way: Literal["up", "down"], limit: int) -> list[int]:
            if not of:
                return []
            # One walk for each state, merged: together they follow the index.
            each = [_walk(wanted, state, beyond, way, limit) for state in of]
            merged = union_all(*each).subquery()
            order = merged.c.id if way == "up" else merged.c.id.desc()
            return list(session.scalars(select(merged.c.id).order_by(order).limit(limit)))

        return read

    return [part(held), part(others)]


def _walk(
    wanted: Wanted, state: str, beyond: int | None, way: Literal["up", "down"], limit: int
) -> Select[tuple[int]]:
    query = select(Payment.id).where(*_which(wanted), Payment.state == state)
    if beyond is not None:
        query = query.where(Payment.id > beyond if way == "up" else Payment.id < beyond)
    query = query.order_by(Payment.id if way == "up" else Payment.id.desc()).limit(limit)
    return select(query.subquery().c.id)


def _which(wanted: Wanted) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = [Payment.batch_id == wanted.batch.id]
    if wanted.control:
        open_holds = select(PaymentHold.payment_id).where(
            PaymentHold.control == wanted.control, PaymentHold.cleared_at.is_(None)
        )
        which.append(Payment.id.in_(open_holds))
    which += _narrowed(wanted)
    officer = wanted.officer
    if officer is not None and not is_unlimited(officer, "batches.read"):
        which.append(lines_seen_by(officer))
        reach = places(officer, "batches.read")
        if all(len(one) >= _TOWNSHIP_DIGITS for one in reach):
            # What the index is cut by; a village lies in its township.
            townships = sorted({one[:_TOWNSHIP_DIGITS] for one in reach})
            which.append(_TOWNSHIP.in_(townships))
    return which


def _narrowed(wanted: Wanted) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    if wanted.place:
        prefix = wanted.place_prefix
        which.append(Payment.division.startswith(prefix, autoescape=True))
        if len(prefix) >= _TOWNSHIP_DIGITS:
            which.append(_TOWNSHIP.in_([prefix[:_TOWNSHIP_DIGITS]]))
    if wanted.part:
        differing = select(BatchDifference.this_line_id).where(
            BatchDifference.batch_id == wanted.batch.id, BatchDifference.part == wanted.part
        )
        which.append(Payment.id.in_(differing))
    if wanted.least_fen is not None:
        which.append(Payment.amount_fen >= wanted.least_fen)
    if wanted.most_fen is not None:
        which.append(Payment.amount_fen <= wanted.most_fen)
    if wanted.reference:
        # What is no reference of ours is no line's.
        which.append(Payment.id == (number_of(wanted.reference) or 0))
    return which


def every(session: Session, wanted: Wanted) -> Iterator[Payment]:
    """Yield every line that matches in the order of the pages, a few hundred at a time."""
    which = _which(wanted)
    if wanted.state:
        which.append(Payment.state == wanted.state)
    found = select(Payment).where(*which).order_by((Payment.state == "held").desc(), Payment.id)
    yield from session.scalars(found, execution_options={"yield_per": _AT_ONCE})


def _total(session: Session, wanted: Wanted, by_state: dict[str, list[int]]) -> tuple[int, bool]:
    """Return how many lines match, and whether there are more of them than were counted."""
    if wanted.is_narrow:
        states = [one for one in by_state if wanted.state in ("", one)]
        return count_to(session, wanted, states, COUNTED_MAX)
    if wanted.place:
        there = tallies.states_at(session, wanted.batch, wanted.place_prefix, wanted.officer)
        return sum(n for state, n in there.items() if wanted.state in ("", state)), False
    if not wanted.control:
        own = (lines for state, (lines, _) in by_state.items() if wanted.state in ("", state))
        return sum(own), False
    holds = tallies.holds_seen(session, wanted.batch, wanted.officer).get(wanted.control, 0)
    # A line has each control once. Open holds stand on held lines: only then is a state asked for
    # that has to be counted.
    if not holds or not wanted.state:
        return holds, False
    return count_to(session, wanted, [wanted.state], COUNTED_MAX)


def count_to(
    session: Session, wanted: Wanted, states: Sequence[str], bound: int
) -> tuple[int, bool]:
    """Return how many lines of some states match, at most ``bound``, and whether there are more."""
    if not states:
        return 0, False
    which = _which(wanted)
    # One state after another, as the indexes are cut.
    each = [
        select(
            select(Payment.id)
            .where(*which, Payment.state == state)
            .limit(bound + 1)
            .subquery()
            .c.id
        )
        for state in sorted(states)
    ]
    some = union_all(*each).limit(bound + 1).subquery()
    found = session.scalar(select(func.count()).select_from(some)) or 0
    return min(found, bound), found > bound


def _place(said: str) -> tuple[int, int]:
    number = number_of(said[1:])
    if said[:1] not in ("h", "o") or number is None:
        raise NoSuchPlace(said)
    return ("ho".index(said[0]), number)


def _name(place: tuple[int, int]) -> str:
    return f"{'ho'[place[0]]}{reference_of(place[1])}"
