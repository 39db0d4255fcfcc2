"""Resolve numbers to persons, many at once; a number not seen before makes a person."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.foundation.encryption import Sealer

_LOCK = "anxin.persons"


def index_of(sealer: Sealer, number: str, kind: str = "id18") -> bytes:
    """Return the blind index of an ID number (18 characters) or a birth certificate's number."""
    return sealer.index(number, kind)


def known_persons(cursor: Cursor[Any], indexes: Collection[bytes]) -> dict[bytes, int]:
    """Return person ids by blind index, for those that are known."""
    # One array in its text form: adapting twenty thousand values one by one takes far longer.
    listed = ",".join(f'"\\\\x{index.hex()}"' for index in indexes)
    cursor.execute(
        "SELECT value_index, person_id FROM person_identifiers WHERE value_index = ANY(%s::bytea[])",
        [f"{{{listed}}}"],
    )
    return dict(cursor.fetchall())


def add_persons(
    cursor: Cursor[Any],
    sealer: Sealer,
    missing: Mapping[bytes, tuple[str, str]],
    delivery_id: UUID,
) -> dict[bytes, int]:
    """Make a person for every number nobody knows yet; ``missing`` is blind index → number, kind.

    Imports of different feeds may meet the same new number at once; from here to the end of the
    transaction only one of them adds persons.
    """
    if not missing:
        return {}
    cursor.execute("SELECT current_setting('lock_timeout')")
    usual = (cursor.fetchone() or ("0",))[0]
    # However long the other import takes: its persons must be seen, not made again.
    cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])
    cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])
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
        "COPY person_identifiers (person_id, kind, value_sealed, value_index, tail, delivery_id) "
        "FROM STDIN"
    ) as copy:
        for index, person_id in added.items():
            number, kind = missing[index]
            sealed = sealer.seal(number, f"person_identifiers:value:{index.hex()}")
            copy.write_row((person_id, kind, sealed, index, number[-4:], delivery_id))
    return found | added
