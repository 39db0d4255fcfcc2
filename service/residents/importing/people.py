"""The persons of one delivery: who is known already, and who is met for the first time."""

from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.foundation.encryption import Sealer
from service.residents.identity.resolve import add_persons, index_of, known_persons
from service.residents.importing.table import Table


class People:
    """ID number → person id, for every number that a delivery holds."""

    def __init__(self, cursor: Cursor[Any], table: Table, sealer: Sealer) -> None:
        """Look up the numbers of all rows; those of rejected rows make nobody, but may be known."""
        self._sealer = sealer
        fields = [column.field for column in table.feed.columns if column.type == "id"]
        numbers = {str(n) for name in fields for n in table.columns[name] if n}
        numbers |= {str(r.values[f]) for r in table.rejected for f in fields if r.values[f]}
        self._numbers = {index_of(sealer, number): number for number in numbers}
        known = known_persons(cursor, self._numbers)
        self.ids = {self._numbers[index]: person_id for index, person_id in known.items()}

    def same(self, number: str) -> object:
        """Return the person of a number if known, else the number: equal for one person."""
        return self.ids.get(number, number)

    def add_missing(self, cursor: Cursor[Any], table: Table, delivery_id: UUID) -> None:
        """Make a person for every number of a believed row that nobody knows."""
        fields = [column.field for column in table.feed.columns if column.type == "id"]
        believed = {n for name in fields for n in table.columns[name] if n}
        missing = {
            # In the order of their indexes, so that person ids say nothing about ID numbers.
            index: self._numbers[index]
            for index in sorted(self._numbers)
            if self._numbers[index] in believed and self._numbers[index] not in self.ids
        }
        added = add_persons(cursor, self._sealer, missing, delivery_id)
        self.ids |= {missing[index]: person_id for index, person_id in added.items()}
