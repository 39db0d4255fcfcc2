"""Repeat the household register's names and divisions on the persons."""

from typing import Any

from psycopg import Cursor

from service.residents.importing.records import Known
from service.residents.importing.table import Table

_UPDATE = """
UPDATE persons p SET name = n.name, division = n.division FROM named n WHERE p.id = n.person_id
"""


def keep_register(cursor: Cursor[Any], table: Table, changed: list[int], known: Known) -> None:
    """Set name and division of the persons whose register record is new.

    A person who leaves the register keeps the last name and division known.
    """
    cursor.execute("DROP TABLE IF EXISTS pg_temp.named")
    cursor.execute(
        "CREATE TEMPORARY TABLE named (person_id bigint, name text, division text) ON COMMIT DROP"
    )
    numbers, names, divisions = (table.columns[f] for f in ("person", "name", "division"))
    with cursor.copy("COPY named FROM STDIN") as copy:
        for n in changed:
            copy.write_row((known.person_ids[str(numbers[n])], names[n], divisions[n]))
    cursor.execute("ANALYZE named")
    cursor.execute(_UPDATE)
