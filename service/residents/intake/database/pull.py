"""Ask the agreed query and write its answer as the CSV that the department would have sent."""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from psycopg import Connection, ServerCursor, sql

from service.residents import feeds
from service.residents.feeds import Feed
from service.residents.importing.mapping import normalised
from service.residents.intake.bring import FILE_BYTES_MAX
from service.residents.intake.database.asking import asking
from service.residents.intake.database.problems import (
    AnswerTooLarge,
    ColumnInexact,
    ColumnsUnknown,
    ValueUnusable,
)
from service.residents.intake.database.texts import INEXACT, text_of
from service.residents.intake.database.watermark import Watermark
from service.residents.intake.terms import DatabaseTerms

_ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Pulled:
    """What a query answered: a CSV in UTF-8 with the feed's own headers, and how far it goes."""

    content: bytes
    rows: int
    watermark: str | None


def pull(terms: DatabaseTerms, password: str, feed_code: str, before: str | None) -> Pulled:
    """Return the rows above the watermark ``before``, or all of them.

    Raises what :func:`~service.residents.intake.database.asking.asking` raises, ColumnsUnknown,
    ColumnInexact, ValueUnusable, WatermarkWrong, AnswerTooLarge.
    """
    feed = feeds.feed(feed_code)
    watermark = Watermark(terms, before)
    with asking(terms, password) as connection:
        return _stream(connection, terms, feed, watermark)


def _stream(
    connection: Connection[tuple[Any, ...]], terms: DatabaseTerms, feed: Feed, watermark: Watermark
) -> Pulled:
    condition, parameters = watermark.condition()
    # The agreed text as it stands, on lines of its own: it may end in a comment.
    text = terms.query.replace("%", "%%") if parameters else terms.query
    asked = sql.SQL("SELECT * FROM (\n{}\n) AS agreed{}").format(sql.SQL(text), condition)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    with ServerCursor(connection, "anxin_pull") as cursor:
        cursor.itersize = _ROWS_AT_ONCE
        cursor.execute(asked, parameters or None)
        described = cursor.description or []
        names = [column.name for column in described]
        watermark.fits(names, [column.type_code for column in described])
        positions = _positions(feed, names, watermark.column)
        _refuse_inexact(names, [column.type_code for column in described], positions)
        writer.writerow([feed.column(field).header for field in positions])
        rows = 0
        for row in cursor:
            rows += 1
            watermark.pass_by(row)
            writer.writerow(_cells(row, rows, names, list(positions.values())))
            if rows > feed.limits.rows_max or stream.tell() > FILE_BYTES_MAX // 2:
                raise AnswerTooLarge(feed.limits.rows_max)
    return Pulled(stream.getvalue().encode(), rows, watermark.after())


def _positions(feed: Feed, names: Sequence[str], watermark: str | None) -> dict[str, int]:
    """Return field → position; the watermark column need not be one of the feed's."""
    known = {
        normalised(name): column.field
        for column in feed.columns
        for name in (column.field, column.header, *column.aliases)
    }
    fields = [known.get(normalised(name)) for name in names]
    counts = Counter(field for field in fields if field)
    unknown = [
        name
        for name, field in zip(names, fields, strict=True)
        if field is None and name != watermark
    ]
    twice = [feed.column(field).header for field, count in counts.items() if count > 1]
    missing = [one.header for one in feed.columns if one.required and one.field not in counts]
    if unknown or twice or missing:
        raise ColumnsUnknown(unknown, twice, missing)
    return {field: position for position, field in enumerate(fields) if field}


def _refuse_inexact(names: Sequence[str], types: Sequence[int], positions: dict[str, int]) -> None:
    inexact = [names[position] for position in positions.values() if types[position] in INEXACT]
    if inexact:
        raise ColumnInexact(inexact)


def _cells(
    row: tuple[Any, ...], row_no: int, names: Sequence[str], positions: Sequence[int]
) -> list[str]:
    cells = []
    for position in positions:
        text = text_of(row[position])
        if text is None:
            raise ValueUnusable(names[position], row_no, type(row[position]).__name__)
        cells.append(text)
    return cells
