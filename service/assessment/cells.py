"""Everything decided about one subject in one cell, for residents who ask by the hundred a second.

The outcome files have four columns a programme, as whoever counts wants them; to read one subject
three hundred columns are opened, which takes fifty milliseconds. Beside each lies the same once more
with one row and one cell a subject, which takes less than half a one. It is written from the outcome
file and says nothing of its own, so an assessment's digest leaves it out.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import duckdb

from eligibility_rules import Decision, Outcome, Subject, key_column
from service.assessment.models import Assessment
from service.assessment.outcome_files import OutcomesDamaged, purpose_of
from service.assessment.rows import codes_of, row_of
from service.foundation.settings import settings
from service.residents.models import Snapshot
from service.residents.snapshot.lookup import FileChanged, finder

CELLS_TOGETHER = 32
"""So many cells are decrypted to read one."""
_COLUMN = "decided"


def write_cells(
    engine: duckdb.DuckDBPyConnection, outcomes: Path, subject: Subject, codes: Iterable[str]
) -> Path:
    """Write the cells of an outcome file (both plain) beside it; return their path."""
    path = outcomes.with_name(name_of(subject))
    pieces = ", ".join(
        f"concat_ws(',', '{code}', {code}_outcome, {code}_held, {code}_unknown, {code}_amount_fen)"
        for code in codes
    )
    key = key_column(subject)
    engine.execute(
        f"COPY (SELECT {key}, concat_ws(';', {pieces}) AS {_COLUMN} FROM read_parquet('{outcomes}') ORDER BY {key})"  # noqa: S608 - our own columns and path
        f" TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
    )
    return path


def cell_of(
    snapshot: Snapshot, assessment: Assessment, subject: Subject, subject_id: int
) -> list[str]:
    """Return what was decided about a subject, a piece for each programme; none if it is unknown.

    Raises :class:`~.outcome_files.OutcomesDamaged`, and for a month that was assessed before there
    were cells what :func:`~.rows.row_of` raises.
    """
    if name_of(subject) not in assessment.files:
        return _from_row(snapshot, assessment, subject, subject_id)
    purpose = purpose_of(snapshot.digest, assessment.rule_digest)
    return cell_in(assessment.folder, assessment.files, purpose, subject, subject_id)


def cell_in(
    folder: str, files: Mapping[str, Any], purpose: str, subject: Subject, subject_id: int
) -> list[str]:
    """Return the same from the files of an assessment that has cells."""
    name = name_of(subject)
    kept = files[name]
    path = settings().snapshots_dir / folder / name
    try:
        found = finder(path, purpose, kept["key_version"], kept["sha256"])
        said = found.row(subject_id, (_COLUMN,))
    except FileChanged:
        raise OutcomesDamaged(folder, [name]) from None
    return [] if said is None else str(said[_COLUMN]).split(";")


def read(piece: str) -> tuple[str, Decision]:
    """Return a piece's programme and decision, which is without reasons."""
    code, outcome, held, unknown, *amount = piece.split(",")
    fen = int(amount[0]) if amount else None
    return code, Decision(Outcome(int(outcome)), fen, int(held), int(unknown), ())


def name_of(subject: Subject) -> str:
    """Return the name of the file with a kind of subject's cells."""
    return f"{subject.value}-cells.parquet"


def _from_row(
    snapshot: Snapshot, assessment: Assessment, subject: Subject, subject_id: int
) -> list[str]:
    codes = codes_of(snapshot, assessment, subject)
    row = row_of(snapshot, assessment, subject, subject_id, codes, ())
    pieces = []
    for code, one in ({} if row is None else row.decided).items():
        said = [code, one.outcome.value, one.held, one.unknown]
        said += [] if one.amount_fen is None else [one.amount_fen]
        pieces.append(",".join(map(str, said)))
    return pieces
