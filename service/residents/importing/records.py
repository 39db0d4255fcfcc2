"""Write a delivery's rows as dated records: only what is new is inserted, only what ended is closed."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.foundation.encryption import Sealer
from service.residents.feeds import Column, Feed
from service.residents.importing.reading import Value
from service.residents.importing.refusals import TooFewRows
from service.residents.importing.table import Table

_CURRENT_MIN = 100
"""Below this many current records a full delivery may end most of them; lists that small do move."""
_MAKE = (
    "DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.spared",
    """CREATE TEMPORARY TABLE incoming (n bigint, record_key text, person_id bigint,
    household_code text, data jsonb, digest bytea, row_no bigint) ON COMMIT DROP""",
    "CREATE TEMPORARY TABLE spared (record_key text) ON COMMIT DROP",
)
_COUNT = """
SELECT count(*), count(*) FILTER (WHERE i.record_key IS NULL AND s.record_key IS NULL)
FROM feed_records r
LEFT JOIN incoming i ON i.record_key = r.record_key
LEFT JOIN spared s ON s.record_key = r.record_key
WHERE r.feed = %(feed)s AND r.known_to IS NULL
"""
_CLOSE_ABSENT = """
UPDATE feed_records r SET known_to = %(now)s
WHERE r.feed = %(feed)s AND r.known_to IS NULL
  AND NOT EXISTS (SELECT FROM incoming i WHERE i.record_key = r.record_key)
  AND NOT EXISTS (SELECT FROM spared s WHERE s.record_key = r.record_key)
"""
_DROP_UNCHANGED = """
DELETE FROM incoming i USING feed_records r
WHERE r.feed = %(feed)s AND r.known_to IS NULL AND r.record_key = i.record_key
  AND r.digest = i.digest AND r.person_id IS NOT DISTINCT FROM i.person_id
"""
_CLOSE_CHANGED = """
UPDATE feed_records r SET known_to = %(now)s FROM incoming i
WHERE r.feed = %(feed)s AND r.known_to IS NULL AND r.record_key = i.record_key
"""
_ADD_HOUSEHOLDS = """
INSERT INTO households (kind, code)
SELECT DISTINCT %(kind)s, household_code FROM incoming WHERE household_code IS NOT NULL ORDER BY 2
ON CONFLICT (kind, code) DO NOTHING
"""
_INSERT = """
INSERT INTO feed_records
  (feed, record_key, person_id, household_id, data, digest, delivery_id, row_no, known_from)
SELECT %(feed)s, i.record_key, i.person_id, h.id, i.data, i.digest, %(delivery)s, i.row_no, %(now)s
FROM incoming i LEFT JOIN households h ON h.kind = %(kind)s AND h.code = i.household_code
ORDER BY i.n
"""


@dataclass(frozen=True)
class Known:
    """What leads from a value to what is kept in its place."""

    person_ids: Mapping[str, int]
    """ID number → person id."""
    sealer: Sealer

    def index_hex(self, column: Column, value: Value) -> str:
        """Return the blind index of a secret value, in hex; names share one purpose, cards too."""
        purpose = column.type if column.type in ("name", "card") else column.field
        return self.sealer.index(str(value), purpose).hex()


def write_records(
    cursor: Cursor[Any], table: Table, known: Known, delivery_id: UUID, now: datetime
) -> list[int]:
    """Write the rows and return the numbers (positions in the table) of those that said something new.

    Raises :class:`TooFewRows` when a full delivery would end most of what is known.
    """
    feed = table.feed
    values = {
        "feed": feed.code,
        "now": now,
        "delivery": delivery_id,
        "kind": feed.household.kind if feed.household else None,
    }
    for statement in _MAKE:
        cursor.execute(statement.encode())
    with cursor.copy("COPY incoming FROM STDIN") as copy:
        for row in _rows(table, known):
            copy.write_row(row)
    with cursor.copy("COPY spared FROM STDIN") as copy:
        for key in _spared_keys(table, known):
            copy.write_row((key,))
    cursor.execute("ANALYZE incoming")
    if feed.mode == "full":
        _refuse_cut_off(cursor, table, values)
        cursor.execute(_CLOSE_ABSENT, values)
    cursor.execute(_DROP_UNCHANGED, values)
    cursor.execute(_CLOSE_CHANGED, values)
    if feed.household:
        cursor.execute(_ADD_HOUSEHOLDS, values)
    cursor.execute(_INSERT, values)
    cursor.execute("SELECT n FROM incoming ORDER BY n")
    return [row[0] for row in cursor.fetchall()]


def _refuse_cut_off(cursor: Cursor[Any], table: Table, values: dict[str, Any]) -> None:
    cursor.execute(_COUNT, values)
    current, ending = cursor.fetchone() or (0, 0)
    everything = ending == current > 0
    if (everything and not table.row_nos) or (current >= _CURRENT_MIN and 2 * ending > current):
        raise TooFewRows(
            feed=table.feed.code, rows=len(table.row_nos), ending=ending, current=current
        )


Row = tuple[int, str, int | None, Value, str, bytes, int]


def _rows(table: Table, known: Known) -> Iterator[Row]:
    feed, count = table.feed, len(table.row_nos)
    key_parts = [_key_parts(table, feed.column(name), known) for name in feed.key]
    keys = key_parts[0] if len(key_parts) == 1 else map("|".join, zip(*key_parts, strict=True))
    no_values: list[Any] = [None] * count
    person_ids: list[int | None] = no_values
    if feed.has_person:
        person_ids = [known.person_ids[str(number)] for number in table.columns["person"]]
    codes = table.columns[feed.household.field] if feed.household else no_values
    datas = _datas(table, known)
    rows = zip(range(count), keys, person_ids, codes, datas, table.row_nos, strict=True)
    for n, key, person_id, code, data, row_no in rows:
        digest = hashlib.sha256(data.encode()).digest()
        yield n, key, person_id, code, data, digest, row_no


def _key_parts(table: Table, column: Column, known: Known) -> list[str]:
    values = table.columns[column.field]
    return [_key_part(column, value, known) for value in values]


def _key_part(column: Column, value: Value, known: Known) -> str:
    if column.type == "id":
        return str(known.person_ids[str(value)])
    if column.kept_as != column.field:
        return known.index_hex(column, value)
    return str(value)


def _spared_keys(table: Table, known: Known) -> Iterator[str]:
    """Yield the keys of rejected rows that can be read.

    The department did not say that these are gone, only said it in a way that cannot be believed,
    so what was known before stays until the row comes again.
    """
    columns = [table.feed.column(name) for name in table.feed.key]
    for rejected in table.rejected:
        parts = [rejected.values[column.field] for column in columns]
        numbers = (
            str(part) for column, part in zip(columns, parts, strict=True) if column.type == "id"
        )
        if None in parts or any(number not in known.person_ids for number in numbers):
            continue
        yield "|".join(_key_part(c, part, known) for c, part in zip(columns, parts, strict=True))


def _datas(table: Table, known: Known) -> Iterator[str]:
    """Yield every row's data as canonical JSON (RFC 8785): sorted ASCII names, no spaces."""
    columns = sorted(_kept_columns(table.feed), key=lambda column: column.kept_as)
    pieces = [_pieces(column, table.columns[column.field], known) for column in columns]
    for row in zip(*pieces, strict=True):
        yield "{" + ",".join(row) + "}"


def _kept_columns(feed: Feed) -> list[Column]:
    return [column for column in feed.columns if column.field != "person"]


class _Pieces(dict[Value, str]):
    """Value → its piece of JSON, made once each; keys are never True beside 1 in one column."""

    def __init__(self, make: Callable[[Value], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, value: Value) -> str:
        piece = self[value] = self._make(value)
        return piece


def _pieces(column: Column, values: list[Value], known: Known) -> list[str]:
    name = json.dumps(column.kept_as)

    def make(value: Value) -> str:
        if value is None:
            return f"{name}:null"
        if column.type == "id":
            return f"{name}:{known.person_ids[str(value)]}"
        if column.kept_as != column.field:
            return f'{name}:"{known.index_hex(column, value)}"'
        if isinstance(value, str):
            return f"{name}:{encode_basestring(value)}"
        return f"{name}:{json.dumps(value)}"

    pieces = _Pieces(make)
    return [pieces[value] for value in values]
