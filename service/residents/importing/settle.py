"""Compare the keys of a delivery's rows: the same row twice counts once, contradictions not at all."""

from collections import Counter
from collections.abc import Sequence

from service.residents.importing.faults import Fault
from service.residents.importing.headers import Layout
from service.residents.importing.staging import Stage
from service.residents.importing.table import Rejected, data_rows, raw_of

_REPEATED = """
DELETE FROM incoming i USING (
    SELECT record_key, min(n) AS first_n FROM incoming
    GROUP BY record_key HAVING count(*) > 1 AND count(DISTINCT digest) = 1
) same
WHERE i.record_key = same.record_key AND i.n > same.first_n
"""
_CONTRADICTING = """
DELETE FROM incoming i USING (
    SELECT record_key FROM incoming GROUP BY record_key HAVING count(DISTINCT digest) > 1
) several
WHERE i.record_key = several.record_key
RETURNING i.sheet, i.row_no, i.record_key, i.person_id
"""
_SPARE = "INSERT INTO spared SELECT unnest(%s::text[])"


def settle_keys(
    stage: Stage, layouts: Sequence[Layout], notices: Counter[str]
) -> tuple[list[Rejected], set[int]]:
    """Keep the first of equal rows; return all rows of keys that contradict, and their persons."""
    stage.cursor.execute(_REPEATED)
    notices["row_repeated"] += stage.cursor.rowcount
    stage.cursor.execute(_CONTRADICTING)
    found = stage.cursor.fetchall()
    if not found:
        return [], set()
    stage.cursor.execute(_SPARE, [sorted({key for _, _, key, _ in found})])
    rejected = _read_again({(sheet, row_no) for sheet, row_no, _, _ in found}, layouts)
    return rejected, {person for _, _, _, person in found if person is not None}


def _read_again(wanted: set[tuple[str, int]], layouts: Sequence[Layout]) -> list[Rejected]:
    """Return rejected rows as delivered: their cells are read from the file once more."""
    rejected = []
    for layout in layouts:
        for row_no, cells in data_rows(layout):
            if (layout.sheet.name, row_no) in wanted:
                fault = Fault("", "key_conflict")
                raw = raw_of(layout, cells)
                rejected.append(Rejected(layout.sheet.name, row_no, [fault], raw))
    return rejected
