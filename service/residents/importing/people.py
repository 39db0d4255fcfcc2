"""The persons of one piece of a delivery: who is known already, and who is met for the first time."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.foundation.encryption import Sealer
from service.residents.feeds import Feed
from service.residents.identity.resolve import add_persons, index_of, known_persons
from service.residents.importing.table import Piece

KINDS = {"id": "id18", "certificate": "birth_certificate"}
"""Type of column → kind of number: each leads to a person."""


class People:
    """Number → person id, for every number that a piece holds."""

    def __init__(self, cursor: Cursor[Any], feed: Feed, sealer: Sealer, delivery_id: UUID) -> None:
        self._cursor = cursor
        self._sealer = sealer
        self._delivery_id = delivery_id
        self._columns = [(c.field, KINDS[c.type]) for c in feed.columns if c.type in KINDS]

    def of(self, piece: Piece) -> dict[str, int]:
        """Return the persons of a piece, making those whom a believed row names for the first time.

        The numbers of rejected rows make nobody, but may be known.
        """
        indexes = {
            index_of(self._sealer, number, kind): (number, kind)
            for number, kind in {*self._believed(piece), *self._rejected(piece)}
        }
        known = known_persons(self._cursor, indexes)
        ids = {indexes[index][0]: person_id for index, person_id in known.items()}
        believed = {number for number, _ in self._believed(piece)}
        # In the order of their indexes, so that person ids say nothing about ID numbers.
        missing = {
            index: indexes[index]
            for index in sorted(indexes.keys() - known.keys())
            if indexes[index][0] in believed
        }
        added = add_persons(self._cursor, self._sealer, missing, self._delivery_id)
        return ids | {missing[index][0]: person_id for index, person_id in added.items()}

    def _believed(self, piece: Piece) -> Iterator[tuple[str, str]]:
        for name, kind in self._columns:
            for number in set(piece.columns[name]):
                if number:
                    yield str(number), kind

    def _rejected(self, piece: Piece) -> Iterator[tuple[str, str]]:
        for row in piece.rejected:
            for name, kind in self._columns:
                if number := row.values[name]:
                    yield str(number), kind
