"""What the checks read in common: temporary tables made for one look and dropped at its end."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.orm import Session

_FOLDER = Path(__file__).parent / "shared"
_TABLES = ("register", "deaths", "assisted")
_FOUND = """
CREATE TEMPORARY TABLE found (subject_key text, feed text, other_feed text, person_id bigint,
household_id bigint, details jsonb) ON COMMIT DROP
"""
_COMMENT = re.compile(r"--[^\n]*")


@contextmanager
def readings(session: Session, statements: Iterable[str]) -> Iterator[None]:
    """Make the view ``said``, the empty table ``found`` and those shared tables that are named."""
    words = set(re.findall("[a-z_]+", _COMMENT.sub("", "\n".join(statements))))
    session.flush()
    for setting in ("work_mem = '128MB'", "jit = off"):
        session.execute(text(f"SET LOCAL {setting}"))
    _drop(session)
    session.execute(text(f"CREATE TEMPORARY VIEW said AS {_said('said')}"))
    session.execute(text(_FOUND))
    for name in _TABLES:
        if name in words:
            made = f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS {_said(name)}"
            session.execute(text(made))
            session.execute(text(f"CREATE INDEX ON {name} (person_id)"))
            session.execute(text(f"ANALYZE {name}"))
    yield
    _drop(session)


def _drop(session: Session) -> None:
    for name in (*_TABLES, "found"):
        session.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    # A view left on a pooled connection would stand in the way of a migration.
    session.execute(text("DROP VIEW IF EXISTS pg_temp.said"))


def _said(name: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
