"""Stage a delivery in temporary tables, piece by piece, before anything of it is believed."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.foundation.encryption import Sealer
from service.residents.feeds import Feed
from service.residents.importing.people import People
from service.residents.importing.rows import Kept, Known, kept_rows, readable_key
from service.residents.importing.table import Piece

_MAKE = (
    "DROP TABLE IF EXISTS pg_temp.incoming, pg_temp.incoming_cards, pg_temp.spared, pg_temp.ended",
    """CREATE TEMPORARY TABLE incoming (n bigint, record_key text, person_id bigint,
    household_code text, data jsonb, digest bytea, row_no bigint, sheet text, name text,
    returned text) ON COMMIT DROP""",
    """CREATE TEMPORARY TABLE incoming_cards (n bigint, card_index bytea, card_sealed bytea,
    tail text) ON COMMIT DROP""",
    "CREATE TEMPORARY TABLE spared (record_key text) ON COMMIT DROP",
    "CREATE TEMPORARY TABLE ended (person_id bigint) ON COMMIT DROP",
)
_UNCHANGED = """
SELECT record_key, digest FROM feed_records
WHERE feed = %s AND known_to IS NULL AND record_key = ANY(%s)
"""
_NAMES = {"GA_HUKOU": "name", "BK_RET": "holder_name"}
"""Feeds of which a name is needed in the clear: the register's, and the bank's own form of it."""
_MODULUS = 1 << 256


class Stage:
    """The rows of one delivery on their way in: table ``incoming`` and what belongs to it."""

    def __init__(self, cursor: Cursor[Any], feed: Feed, sealer: Sealer, delivery_id: UUID) -> None:
        self.cursor = cursor
        self.feed = feed
        self.rows = 0
        self._sealer = sealer
        self._people = People(cursor, feed, sealer, delivery_id)
        self._sum = 0
        for statement in _MAKE:
            cursor.execute(statement.encode())

    @property
    def content_digest(self) -> bytes:
        """Return a digest that is the same for the same rows in any order."""
        return self._sum.to_bytes(32, "big")

    def add(self, piece: Piece) -> None:
        """Stage the believed rows of a piece, and the keys of those that were rejected."""
        known = Known(self._people.of(piece), self._sealer)
        kept = list(kept_rows(self.feed, piece, known))
        self._copy_rows(piece, kept)
        if any(column.type == "card" for column in self.feed.columns):
            self._copy_cards(piece, kept)
        self._spare(piece, known)
        self.rows += len(kept)

    def finish(self) -> None:
        """Let the planner know what was staged."""
        self.cursor.execute("ANALYZE incoming")
        self.cursor.execute("ANALYZE spared")

    def _copy_rows(self, piece: Piece, kept: Sequence[Kept]) -> None:
        sheet = piece.layout.sheet.name
        named = _NAMES.get(self.feed.code)
        names: Sequence[Any] = piece.columns[named] if named else [None] * len(kept)
        with self.cursor.copy("COPY incoming FROM STDIN") as copy:
            for row, row_no, name, returned in zip(
                kept, piece.row_nos, names, piece.returned, strict=True
            ):
                copy.write_row(
                    (
                        self.rows + row.number, row.key, row.person_id, row.household_code,
                        row.data, row.digest, row_no, sheet, name, returned or None,
                    )
                )  # fmt: skip
                said = hashlib.sha256(row.key.encode() + b"\0" + row.digest).digest()
                self._sum = (self._sum + int.from_bytes(said, "big")) % _MODULUS

    def _copy_cards(self, piece: Piece, kept: Sequence[Kept]) -> None:
        """Seal the accounts of rows that say something new; sealing the others would be for nothing."""
        column = next(column for column in self.feed.columns if column.type == "card")
        self.cursor.execute(_UNCHANGED, [self.feed.code, [row.key for row in kept]])
        known = {key: bytes(digest) for key, digest in self.cursor.fetchall()}
        cards = piece.columns[column.field]
        with self.cursor.copy("COPY incoming_cards FROM STDIN") as copy:
            for row in kept:
                if known.get(row.key) == row.digest:
                    continue
                card = str(cards[row.number])
                index = self._sealer.index(card, "card")
                sealed = self._sealer.seal(card, f"accounts:card:{index.hex()}")
                copy.write_row((self.rows + row.number, index, sealed, card[-4:]))

    def _spare(self, piece: Piece, known: Known) -> None:
        """Remember the keys of rejected rows that can be read.

        The department did not say that these are gone, only said it in a way that cannot be
        believed, so what was known before stays until the row comes again.
        """
        keys = [readable_key(self.feed, row, known) for row in piece.rejected]
        if readable := [key for key in keys if key is not None]:
            with self.cursor.copy("COPY spared FROM STDIN") as copy:
                for key in readable:
                    copy.write_row((key,))
