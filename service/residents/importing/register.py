"""Repeat the household register's names and divisions on the persons, and keep the names' history."""

from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import Cursor

_PERSONS = """
UPDATE persons p SET name = i.name, division = i.data->>'division'
FROM incoming i WHERE p.id = i.person_id
"""
_CLOSE_NAMES = """
UPDATE person_names p SET known_to = %(now)s FROM incoming i
WHERE p.person_id = i.person_id AND p.known_to IS NULL AND p.name <> i.name
"""
_ADD_NAMES = """
INSERT INTO person_names (person_id, name, delivery_id, known_from)
SELECT i.person_id, i.name, %(delivery)s, %(now)s FROM incoming i
WHERE NOT EXISTS (
    SELECT FROM person_names p WHERE p.person_id = i.person_id AND p.known_to IS NULL)
"""


def keep_register(cursor: Cursor[Any], delivery_id: UUID, now: datetime) -> None:
    """Set name and division of the persons whose register record is new.

    A person who leaves the register keeps the last name and division known.
    """
    cursor.execute(_PERSONS)
    cursor.execute(_CLOSE_NAMES, {"now": now})
    cursor.execute(_ADD_NAMES, {"delivery": delivery_id, "now": now})
