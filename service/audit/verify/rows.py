"""Read the log out of the database at speed: leaves, entries and what their columns say, in order.

Rows come as the binary form of COPY, a few thousand at a time, and are cut up here: a model for each
row would cost more than everything that is checked on it.
"""

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

AT_ONCE = 5_000
_ROWS = """
COPY (SELECT l.index, l.leaf_hash, e.canonical,
 '{{"act":' || to_json(e.act) || ',"actor":{{"id":' || to_json(e.actor_id) || ',"kind":' || to_json(e.actor_kind) || ',',
 to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US') || '+00:00",',
 '"' || e.id || '","object":{{"id":' || to_json(e.object_id) || ',"type":' || to_json(e.object_type) || '}},'
 FROM audit_leaves l LEFT JOIN audit_entries e ON e.id = l.entry_id
 WHERE l.index >= {start} AND l.index < {end} ORDER BY l.index) TO STDOUT (FORMAT BINARY)
"""
_HEADER, _FIELDS, _FIELD = 19, 2, struct.Struct("!i")
_AT, _OBJECT = b',"at":"', b',"id":"'
_THING = b'","object":{"id":"'


@dataclass(frozen=True)
class Extent:
    """How far the log goes: places that have a leaf, entries under the last checkpoint."""

    leaves: int
    signed: int


def extent(session: Session) -> Extent:
    """Return how far the log goes, leaves and checkpoints as of one moment."""
    row = session.execute(
        text(
            "SELECT (SELECT coalesce(max(index) + 1, 0) FROM audit_leaves), "
            "(SELECT coalesce(max(size), 0) FROM audit_checkpoints)"
        )
    ).one()
    return Extent(int(row[0]), int(row[1]))


Row = tuple[int, bytes | None, bytes | None, bytes | None, bytes | None, bytes | None]
"""Index, leaf hash, canonical bytes, and what the columns say: how the entry begins, its time and
what follows, its id and thing. The last four are None where there is no entry."""


def rows(session: Session, start: int, end: int) -> Iterator[Row]:
    """Yield the leaves from ``start`` to before ``end``, with their entries, in order."""
    connection: Any = session.connection().connection.dbapi_connection
    query = _ROWS.format(start=int(start), end=int(end))
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        content = b"".join(copy)
    at, size = _HEADER + _FIELD.unpack_from(content, 15)[0], _FIELD.unpack_from
    while content[at : at + _FIELDS] == b"\x00\x06":
        at += _FIELDS
        found: list[bytes | None] = []
        for _ in range(6):
            length = size(content, at)[0]
            at += 4
            if length < 0:
                found.append(None)
            else:
                found.append(content[at : at + length])
                at += length
        index, leaf, entry, begins, when, thing = found
        yield int.from_bytes(index or b"", "big", signed=True), leaf, entry, begins, when, thing


def repeats(entry: bytes, begins: bytes, when: bytes, thing: bytes) -> bool:
    """Return whether the columns say what the entry's canonical bytes say.

    In canonical JSON the first ``"at"`` and the last ``"object"`` outside a text are the entry's own,
    so three comparisons of bytes are enough; only where they differ is the entry read.
    """
    at, place = entry.find(_AT), entry.rfind(_THING)
    same = (
        entry.startswith(begins)
        and entry.startswith(when, at + 7)
        and entry.startswith(_OBJECT, place - 43)
        and entry.startswith(thing, place - 37)
    )
    return same or _same(entry, begins, when, thing)


def names_itself(entry: bytes, thing: bytes) -> bool:
    """Return whether an entry's bytes carry the id that its row has."""
    return thing[:38] in entry


def _same(entry: bytes, begins: bytes, when: bytes, thing: bytes) -> bool:
    """Compare what differs only in how a text is escaped."""
    try:
        said = json.loads(entry)
        columns = json.loads(begins + b'"":0},"at":"' + when + b'"id":' + thing[:-1] + b"}")
        return bool(
            said["act"] == columns["act"]
            and said["at"] == columns["at"]
            and said["id"] == columns["id"]
            and said["object"] == columns["object"]
            and said["actor"]["id"] == columns["actor"]["id"]
            and said["actor"]["kind"] == columns["actor"]["kind"]
        )
    except (ValueError, KeyError, TypeError):
        return False


def checkpoints(
    session: Session, after: int, up_to: int, *, limit: int | None = None
) -> list[tuple[int, bytes, str]]:
    """Return (size, root, note) of the checkpoints beyond ``after`` entries, smallest first.

    The note is the one that was handed out, with its cosignatures, where the checkpoint was published;
    empty, so that it does not verify, where that does not begin with what was signed.
    """
    found = session.execute(
        text(
            "SELECT c.size, c.root, CASE WHEN p.note IS NULL THEN c.note "
            "WHEN starts_with(p.note, c.note) THEN p.note ELSE '' END FROM audit_checkpoints c "
            "LEFT JOIN audit_published p ON p.size = c.size "
            "WHERE c.size > :after AND c.size <= :up_to ORDER BY c.size LIMIT :limit"
        ),
        {"after": after, "up_to": up_to, "limit": limit},
    )
    return [(int(size), bytes(root), note) for size, root, note in found]
