"""What is kept of a row: its key, its data as canonical JSON, and their digests."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring

from service.foundation.encryption import Sealer
from service.residents.feeds import Column, Feed
from service.residents.identity.names import comparable
from service.residents.importing.people import KINDS
from service.residents.importing.reading import Value
from service.residents.importing.table import Piece, Rejected


@dataclass(frozen=True)
class Known:
    """What leads from a value to what is kept in its place."""

    person_ids: Mapping[str, int]
    """Number → person id."""
    sealer: Sealer

    def index_hex(self, column: Column, value: Value) -> str:
        """Return the blind index of a secret value, in hex; names share one purpose, cards too."""
        purpose = column.type if column.type in ("name", "card") else column.field
        text = comparable(str(value)) if column.type == "name" else str(value)
        return self.sealer.index(text, purpose).hex()


@dataclass(frozen=True)
class Kept:
    """One row as it will be kept; ``number`` is its position among the piece's believed rows."""

    number: int
    key: str
    person_id: int | None
    household_code: Value
    data: str
    digest: bytes


def kept_rows(feed: Feed, piece: Piece, known: Known) -> Iterator[Kept]:
    """Yield the believed rows of a piece."""
    count = len(piece.row_nos)
    parts = [_key_parts(piece, feed.column(name), known) for name in feed.key]
    keys = parts[0] if len(parts) == 1 else list(map("|".join, zip(*parts, strict=True)))
    nothing: list[None] = [None] * count
    person_ids: list[int] | list[None] = nothing
    if feed.has_person:
        person_ids = [known.person_ids[str(number)] for number in piece.columns["person"]]
    codes = piece.columns[feed.household.field] if feed.household else nothing
    rows = zip(range(count), keys, person_ids, codes, _datas(feed, piece, known), strict=True)
    for number, key, person_id, code, data in rows:
        yield Kept(number, key, person_id, code, data, hashlib.sha256(data.encode()).digest())


def readable_key(feed: Feed, row: Rejected, known: Known) -> str | None:
    """Return the key of a rejected row, if every part could be read and is known."""
    columns = [feed.column(name) for name in feed.key]
    values = [row.values[column.field] for column in columns]
    if None in values:
        return None
    for column, value in zip(columns, values, strict=True):
        if column.type in KINDS and str(value) not in known.person_ids:
            return None
    return "|".join(_key_part(c, value, known) for c, value in zip(columns, values, strict=True))


def _key_parts(piece: Piece, column: Column, known: Known) -> list[str]:
    return [_key_part(column, value, known) for value in piece.columns[column.field]]


def _key_part(column: Column, value: Value, known: Known) -> str:
    if column.type in KINDS:
        return str(known.person_ids[str(value)])
    if column.kept_as != column.field:
        return known.index_hex(column, value)
    return str(value)


def _datas(feed: Feed, piece: Piece, known: Known) -> Iterator[str]:
    """Yield every row's data as canonical JSON (RFC 8785): sorted ASCII names, no spaces."""
    kept = [column for column in feed.columns if column.field != "person"]
    columns = sorted(kept, key=lambda column: column.kept_as)
    pieces = [_pieces(column, piece.columns[column.field], known) for column in columns]
    if not pieces:
        pieces = [[""] * len(piece.row_nos)]
    for row in zip(*pieces, strict=True):
        yield "{" + ",".join(row) + "}"


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
        if column.type in KINDS:
            return f"{name}:{known.person_ids[str(value)]}"
        if column.kept_as != column.field:
            return f'{name}:"{known.index_hex(column, value)}"'
        if isinstance(value, str):
            return f"{name}:{encode_basestring(value)}"
        return f"{name}:{json.dumps(value)}"

    pieces = _Pieces(make)
    return [pieces[value] for value in values]
