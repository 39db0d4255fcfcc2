"""Open sealed values and say which do not open; count how many each key version holds."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import RowMapping, text
from sqlalchemy.orm import Session

from service.foundation.encryption.problems import SealBroken
from service.foundation.encryption.sealed_columns import SEALED_COLUMNS, SEALED_FILES, SealedColumn
from service.foundation.encryption.sealing import Sealer, sealer

_PIECE = 1_000
_LARGE_PIECE = 8


@dataclass(frozen=True)
class Checked:
    """What opening the values of one column found."""

    column: SealedColumn
    values: int
    broken: str = ""
    """Key of the first row (by primary key) whose value does not open; empty when all did."""


@dataclass(frozen=True)
class Held:
    """How many values of one column, or files of one table, are sealed under one key version."""

    name: str
    version: int
    values: int


def check(session: Session, *, sample: int | None = None, seed: int = 0) -> Iterator[Checked]:
    """Open every value column by column, or ``sample`` of each, drawn by ``seed``."""
    using = sealer()
    for column in SEALED_COLUMNS:
        yield _checked(session, using, column, sample, seed)


def held(session: Session) -> list[Held]:
    """Return how many values each version holds, by column in the order of the registry."""
    found = []
    for column in SEALED_COLUMNS:
        rows = session.execute(
            text(
                f"SELECT substring({column.sealed} for 1), count(*) FROM {column.table} "  # noqa: S608 - names of our own registry
                f"WHERE {column.sealed} IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
        )
        found += [Held(column.name, Sealer.version_of(byte), int(count)) for byte, count in rows]
    return [*found, *held_files(session)]


def held_files(session: Session) -> list[Held]:
    """Return how many files outside the database each version's derived keys hold."""
    found = []
    for name in SEALED_FILES:
        table, _, column = name.partition(".")
        rows = session.execute(
            text(
                f"SELECT (file.value ->> 'key_version')::int, count(*) FROM {table}, "  # noqa: S608 - names of our own registry
                f"jsonb_each({column}) AS file WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1"
            )
        )
        found += [Held(name, int(version), int(count)) for version, count in rows if version]
    return found


def _checked(
    session: Session, using: Sealer, column: SealedColumn, sample: int | None, seed: int
) -> Checked:
    seen = 0
    for row in _rows(session, column, sample, seed):
        seen += 1
        try:
            using.open(row[column.sealed], column.place(dict(row)))
        except SealBroken:
            return Checked(column, seen, "/".join(str(row[name]) for name in column.key))
    return Checked(column, seen)


def _rows(
    session: Session, column: SealedColumn, sample: int | None, seed: int
) -> Iterator[RowMapping]:
    key = ", ".join(column.key)
    wanted = ", ".join(dict.fromkeys((*column.key, *column.row_columns, column.sealed)))
    whole = f"SELECT {wanted} FROM {column.table} WHERE {column.sealed} IS NOT NULL"  # noqa: S608 - names of our own registry
    if sample is None:
        yield from _stream(session, f"{whole} ORDER BY {key}", column)
        return
    # Places in the order of the key, not TABLESAMPLE: the same seed looks at the same rows.
    count = session.scalar(text(f"SELECT count(*) FROM ({whole}) AS every")) or 0  # noqa: S608 - as above
    chosen = sorted(random.Random(seed).sample(range(count), min(sample, count)))  # noqa: S311 - a repeatable choice, no secret
    yield from _stream(
        session,
        f"SELECT {wanted} FROM (SELECT *, row_number() OVER (ORDER BY {key}) - 1 AS place_no "  # noqa: S608 - as above
        f"FROM ({whole}) AS every) AS numbered WHERE place_no = ANY(:chosen) ORDER BY {key}",
        column,
        chosen=chosen,
    )


def _stream(
    session: Session, query: str, column: SealedColumn, **values: list[int]
) -> Iterator[RowMapping]:
    piece = _LARGE_PIECE if column.large else _PIECE
    found = session.execute(text(query).execution_options(yield_per=piece), values)
    yield from found.mappings()
