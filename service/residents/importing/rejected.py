"""Keep rejected rows: the reasons in the clear, the row itself sealed."""

import json
from typing import Any
from uuid import UUID

from psycopg import Cursor

from service.foundation import ids
from service.foundation.encryption import Sealer
from service.residents.importing.table import Rejected

_COPY = "COPY rejected_rows (id, delivery_id, sheet, row_no, faults, raw_sealed) FROM STDIN"


def keep_rejected(
    cursor: Cursor[Any], rejected: list[Rejected], delivery_id: UUID, sealer: Sealer
) -> None:
    """Insert the rejected rows of a delivery, in the order of their numbers."""
    if not rejected:
        return
    with cursor.copy(_COPY) as copy:
        for row in sorted(rejected, key=lambda one: (one.sheet, one.row_no)):
            row_id = ids.uuid7()
            raw = json.dumps(row.raw, ensure_ascii=False).encode("utf-8", "backslashreplace")
            sealed = sealer.seal(raw.decode(), f"rejected_rows:raw:{row_id}")
            faults = json.dumps([fault.as_json() for fault in row.faults], ensure_ascii=False)
            copy.write_row((row_id, delivery_id, row.sheet, row.row_no, faults, sealed))
