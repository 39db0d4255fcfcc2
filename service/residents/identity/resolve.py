"""Resolve ID numbers to persons, a whole file at once; a number not seen before makes a person."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.foundation.encryption import Sealer

_PIECE = 50_000
_LOCK = "anxin.persons"


def index_of(sealer: Sealer, number: str) -> bytes:
    """Return the blind index of an 18-character ID number."""
    return sealer.index(number, "id18")


def known_persons(cursor: Cursor[Any], indexes: Collection[bytes]) -> dict[bytes, int]:
    """Return person ids by blind index, for those that are known."""
    found: dict[bytes, int] = {}
    waiting = list(indexes)
    for start in range(0, len(waiting), _PIECE):
        # One array in its text form: adapting fifty thousand values one by one takes far longer.
        piece = ",".join(f'"\\\\x{index.hex()}"' for index in waiting[start : start + _PIECE])
        cursor.execute(
            "SELECT value_index, person_id FROM person_identifiers "
            "WHERE value_index = ANY(%s::bytea[])",
            [f"{{{piece}}}"],
        )
        found.update(cursor.fetchall())
    return found


def add_persons(
    cursor: Cursor[Any], sealer: Sealer, missing: Mapping[bytes, str], delivery_id: UUID
) -> dict[bytes, int]:
    """Make a person for every number nobody knows yet; ``missing`` is blind index → number.

    Imports of different feeds may meet the same new number at once; from here to the end of the
    transaction only one of them adds persons.
    """
    if not missing:
        return {}
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
    found = known_persons(cursor, missing)
    fresh = [index for index in missing if index not in found]
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence('persons', 'id')) FROM generate_series(1, %s)",
        [len(fresh)],
    )
    added = dict(zip(fresh, (row[0] for row in cursor.fetchall()), strict=True))
    with cursor.copy("COPY persons (id) FROM STDIN") as copy:
        for person_id in added.values():
            copy.write_row((person_id,))
    with cursor.copy(
        "COPY person_identifiers (person_id, value_sealed, value_index, tail, delivery_id) "
        "FROM STDIN"
    ) as copy:
        for index, person_id in added.items():
            number = missing[index]
            sealed = sealer.seal(number, f"person_identifiers:value:{index.hex()}")
            copy.write_row((person_id, sealed, index, number[-4:], delivery_id))
    return found | added
