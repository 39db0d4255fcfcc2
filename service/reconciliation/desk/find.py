"""Find finance's open exceptions of every kind as one list, by key: oldest, newest or largest first.

A page is read from the key of the last row before it, a page of each kind at most, so that the last
page of 100,000 costs as much as the first.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, literal, tuple_
from sqlalchemy.orm import Session

from service.foundation.ids import reference_of
from service.reconciliation.desk import sources
from service.reconciliation.desk.wanted import KINDS, Wanted

ROWS_A_PAGE = 50
_LETTERS = {"failed": "p", "line": "l", "receipt": "m", "file": "f", "recall": "c"}
_KINDS = {letter: kind for kind, letter in _LETTERS.items()}
_ID = r"(?:[plm][0-9]{1,18}|[fc][0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_KEY = re.compile(_ID)
_AFTER = re.compile(rf"(-?[0-9]{{1,18}})~({_ID})")


@dataclass(frozen=True)
class Found:
    """One open exception; what it has not is empty. ``amount_fen`` of a movement is signed."""

    kind: str
    id: int | UUID
    since: date
    channel_id: UUID | None
    programme: str
    division: str
    payment_id: int | None
    payee_name: str | None
    code: str
    """Of a failed payment the bank's code; of a line its outcome; of a recall its state."""
    said: str
    """The bank's own words; of a file its name, of a movement the bank's reference."""
    amount_fen: int
    state: str
    """One of :data:`~service.reconciliation.desk.wanted.STATES`."""

    @property
    def key(self) -> str:
        """Return what it is called in addresses and forms, such as ``p12``."""
        return f"{_LETTERS[self.kind]}{self.id}"

    @property
    def reference(self) -> str:
        """Return the reference of the payment that it is about, if it is about one."""
        return reference_of(self.payment_id) if self.payment_id is not None else ""


def page(
    session: Session, wanted: Wanted, *, after: str = "", limit: int = ROWS_A_PAGE
) -> tuple[list[Found], str]:
    """Return one page and the key after which the next begins, empty when there is none."""
    place = _place(after, wanted.by_amount)
    found: list[Found] = []
    for kind in KINDS:
        query = sources.of(kind, wanted)
        if query is not None:
            found += (
                _found(kind, row)
                for row in session.execute(_some(query, kind, wanted, place, limit))
            )
    found.sort(key=lambda one: _order(one, wanted), reverse=wanted.is_falling)
    if len(found) <= limit:
        return found, ""
    last = found[limit - 1]
    value = last.amount_fen if wanted.by_amount else last.since.toordinal()
    return found[:limit], f"{value}~{last.key}"


def every(session: Session, wanted: Wanted) -> Iterator[Found]:
    """Yield all of them in the list's order, a thousand at a time."""
    after = ""
    while True:
        rows, after = page(session, wanted, after=after, limit=1_000)
        yield from rows
        if not after:
            return


def one(session: Session, key: str) -> Found | None:
    """Return an exception by its key if it is open."""
    read = parts(key)
    if read is None:
        return None
    kind, thing = read
    query = sources.of(kind, Wanted())
    if query is None:
        return None
    row = session.execute(query.where(sources.id_of(kind) == thing)).first()
    return _found(kind, row) if row is not None else None


def parts(key: str) -> tuple[str, int | UUID] | None:
    """Return kind and id of what a key names, whether or not it is open; None for no key at all."""
    if _KEY.fullmatch(key) is None:
        return None
    kind = _KINDS[key[0]]
    return kind, UUID(key[1:]) if kind in ("file", "recall") else int(key[1:])


Place = tuple[Any, str, int | UUID]


def _place(after: str, by_amount: bool) -> Place | None:
    read = _AFTER.fullmatch(after)
    if read is None:
        return None
    kind_and_id = parts(read[2])
    value = int(read[1])
    if kind_and_id is None or not (by_amount or 0 < value < date.max.toordinal()):
        return None
    return (value if by_amount else date.fromordinal(value)), *kind_and_id


def _some(
    query: Select[Any], kind: str, wanted: Wanted, place: Place | None, limit: int
) -> Select[Any]:
    column = sources.amount_of(kind) if wanted.by_amount else sources.since_of(kind)
    row_id = sources.id_of(kind)
    if place is not None:
        value, of, number = place
        here, there = KINDS.index(kind), KINDS.index(of)
        if here == there:
            mine = tuple_(column, row_id)
            last = tuple_(literal(value), literal(number))
            query = query.where(mine < last if wanted.is_falling else mine > last)
        elif wanted.is_falling:
            query = query.where(column <= value if here < there else column < value)
        else:
            query = query.where(column >= value if here > there else column > value)
    order = (column.desc(), row_id.desc()) if wanted.is_falling else (column, row_id)
    return query.order_by(*order).limit(limit + 1)


def _order(one: Found, wanted: Wanted) -> tuple[Any, ...]:
    value = one.amount_fen if wanted.by_amount else one.since
    return value, KINDS.index(one.kind), one.id


def _found(kind: str, row: Any) -> Found:
    return Found(
        kind, row.id, row.since, row.channel_id, row.programme or "", row.division or "",
        row.payment_id, row.payee_name, row.code or "", row.said or "", int(row.amount_fen or 0),
        "ready" if row.is_ready else "asked" if row.is_asked else "to_do",
    )  # fmt: skip
