"""Give rejected rows back to the department: the same sheet, with a number and the reasons.

The department mends the cells and sends the file back. The number says which row was meant, so
the file is a correction: it ends nothing that it does not name.
"""

import io
import json
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation.encryption import sealer
from service.foundation.spreadsheets.cells_out import plain_cell
from service.residents.importing.headers import RETURN_NUMBER, RETURN_REASON
from service.residents.models import Delivery, RejectedRow

_WIDTH = 20
_REASON_WIDTH = 60


def rejected_workbook(session: Session, delivery: Delivery, *, by: Actor) -> bytes:
    """Return an XLSX of a delivery's rejected rows that were not corrected yet, and record it.

    One sheet for each sheet of the delivery, headers as the department wrote them, every cell a
    text, then 退回编号 and 退回原因. The values leave the service here, so the act is audited.
    """
    book = Workbook(write_only=True)
    rows = list(_rows(session, delivery))
    by_sheet: dict[str, list[tuple[RejectedRow, dict[str, str]]]] = {}
    for row, raw in rows:
        by_sheet.setdefault(row.sheet, []).append((row, raw))
    for number, (name, found) in enumerate(by_sheet.items() or {"": []}.items(), start=1):
        _write_sheet(book, _title(name, number), found)
    record(
        session, "feed.rows_given_back", by=by, on=("deliveries", delivery.id),
        details={"feed": delivery.feed, "rows": len(rows)},
    )  # fmt: skip
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(session: Session, delivery: Delivery) -> Iterator[tuple[RejectedRow, dict[str, str]]]:
    query = (
        select(RejectedRow)
        .where(RejectedRow.delivery_id == delivery.id, RejectedRow.corrected_by_id.is_(None))
        .order_by(RejectedRow.sheet, RejectedRow.row_no)
    )
    for row in session.scalars(query):
        yield row, json.loads(sealer().open(row.raw_sealed, f"rejected_rows:raw:{row.id}"))


def _title(name: str, number: int) -> str:
    """Return a sheet's own name where a workbook allows it."""
    bare = "".join(letter for letter in name if letter not in "[]:*?/\\'")[:28]
    return bare or f"退回{number}"


def _write_sheet(
    book: Workbook, title: str, rows: list[tuple[RejectedRow, dict[str, str]]]
) -> None:
    sheet = book.create_sheet(title)
    headers = list(dict.fromkeys(name for _, raw in rows for name in raw))
    headers = [name for name in headers if name not in (RETURN_NUMBER, RETURN_REASON)]
    for number in range(1, len(headers) + 2):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTH
    sheet.column_dimensions[get_column_letter(len(headers) + 2)].width = _REASON_WIDTH
    sheet.freeze_panes = "A2"
    bold, wrapped = Font(bold=True), Alignment(wrap_text=True, vertical="top")
    sheet.append(
        [plain_cell(sheet, name, font=bold) for name in (*headers, RETURN_NUMBER, RETURN_REASON)]
    )
    for row, raw in rows:
        cells = [plain_cell(sheet, raw.get(name, "")) for name in headers]
        why = "\n".join(fault["sentence_zh"] for fault in row.faults)
        sheet.append(
            [*cells, plain_cell(sheet, str(row.id)), plain_cell(sheet, why, alignment=wrapped)]
        )
