"""Walk through a batch's differences page by page along an index, kind by kind and cause by cause."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, tuple_, union_all
from sqlalchemy.orm import Session

from service.batches.differences.models import BatchDifference
from service.batches.models import Batch
from service.batches.walk import NoSuchPlace
from service.foundation.ids import number_of, reference_of
from service.officers.reach import in_places

PER_PAGE = 50
_AT_ONCE = 5_000


@dataclass(frozen=True)
class Which:
    """Which differences are asked for; "" is any, and ``only`` the leading digits of the reader's places."""

    batch: Batch
    part: str = ""
    cause: str = ""
    township: str = ""
    only: tuple[str, ...] | None = None

    @property
    def kinds(self) -> list[tuple[str, str, int, int]]:
        """The (part, cause, recipients, fen more or less) that match, in order; a first list has none."""
        found = [
            (one["part"], one["cause"], one["count"],
             -one["amount_fen"] if one["part"] == "left" else one["amount_fen"])
            for one in (self.batch.differences or {}).get("causes", [])
            if one["cause"] != "first"
            and self.part in ("", one["part"])
            and self.cause in ("", one["cause"])
        ]  # fmt: skip
        return sorted(found)


@dataclass(frozen=True)
class Stretch:
    """One page, where the pages before and after begin, how many match, and their fen."""

    rows: list[BatchDifference]
    previous: str
    next: str
    total: int
    fen: int


def walk(session: Session, which: Which, *, after: str = "", before: str = "") -> Stretch:
    """Return the page that follows ``after``, or precedes ``before``, or the first; raises NoSuchPlace.

    A place is the reference of a difference's number.
    """
    total, fen = _sums(session, which)
    if before:
        found = _read(session, which, _row(session, which, before), back=True)
        if len(found) > PER_PAGE:
            rows = found[:PER_PAGE][::-1]
            return Stretch(rows, _name(rows[0]), _name(rows[-1]), total, fen)
        after = ""
    start = _row(session, which, after) if after else None
    found = _read(session, which, start)
    rows, more = found[:PER_PAGE], len(found) > PER_PAGE
    return Stretch(
        rows,
        _name(rows[0]) if rows and start is not None else "",
        _name(rows[-1]) if more else "",
        total,
        fen,
    )


def every(session: Session, which: Which) -> Iterator[BatchDifference]:
    """Yield all that match, in the order of the pages, a few thousand in memory at a time."""
    for part, cause, _, _ in which.kinds:
        query = _ordered(_of(which, part, cause)).execution_options(yield_per=_AT_ONCE)
        yield from session.scalars(query)


def _read(
    session: Session, which: Which, start: BatchDifference | None, *, back: bool = False
) -> list[BatchDifference]:
    """Return one page and one row more from beyond a row on, or back from it, the nearest first."""
    found: list[BatchDifference] = []
    for part, cause, _, _ in reversed(which.kinds) if back else which.kinds:
        place, mine = (part, cause), None
        if start is not None:
            at = (start.part, start.cause)
            if (place > at) if back else (place < at):
                continue
            mine = start if place == at else None
        query = _of(which, part, cause)
        if mine is not None:
            key, here = (
                tuple_(BatchDifference.township, BatchDifference.id),
                (mine.township, mine.id),
            )
            query = query.where(key < here if back else key > here)
        missing = PER_PAGE + 1 - len(found)
        found += session.scalars(_ordered(query, back=back).limit(missing))
        if len(found) > PER_PAGE:
            break
    return found


def _conditions(which: Which, part: str, cause: str) -> list[ColumnElement[bool]]:
    conditions = [
        BatchDifference.batch_id == which.batch.id,
        BatchDifference.part == part,
        BatchDifference.cause == cause,
    ]
    if which.township:
        conditions.append(BatchDifference.township == which.township)
    if which.only is not None:
        conditions.append(in_places(which.only, BatchDifference.township))
    return conditions


def _of(which: Which, part: str, cause: str) -> Select[BatchDifference]:
    return select(BatchDifference).where(*_conditions(which, part, cause))


def _ordered(query: Select[BatchDifference], *, back: bool = False) -> Select[BatchDifference]:
    if back:
        return query.order_by(BatchDifference.township.desc(), BatchDifference.id.desc())
    return query.order_by(BatchDifference.township, BatchDifference.id)


def _sums(session: Session, which: Which) -> tuple[int, int]:
    """Return how many match and their fen: as kept with the batch, or of some townships counted."""
    kinds = which.kinds
    if (not which.township and which.only is None) or not kinds:
        return sum(one[2] for one in kinds), sum(one[3] for one in kinds)
    more = BatchDifference.this_fen - BatchDifference.last_fen
    each = union_all(
        *(
            select(func.count().label("lines"), func.sum(more).label("fen")).where(
                *_conditions(which, part, cause)
            )
            for part, cause, _, _ in kinds
        )
    ).subquery()
    lines, fen = session.execute(
        select(func.sum(each.c.lines), func.coalesce(func.sum(each.c.fen), 0))
    ).one()
    return int(lines), int(fen)


def _row(session: Session, which: Which, place: str) -> BatchDifference:
    number = number_of(place)
    found = session.get(BatchDifference, number) if number is not None else None
    # Of another township it is as if it were not there, lest its number be told.
    if found is None or found.batch_id != which.batch.id or not _is_seen(which, found):
        raise NoSuchPlace(place)
    return found


def _is_seen(which: Which, one: BatchDifference) -> bool:
    return which.only is None or one.township.startswith(which.only)


def _name(row: BatchDifference) -> str:
    return reference_of(row.id)
