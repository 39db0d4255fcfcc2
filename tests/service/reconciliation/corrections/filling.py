"""Fill in a correction workbook as a clerk would, and damage it as spreadsheets do."""

import csv
import io
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook

from service.batches.models import Payment
from service.demo.county.cards import bank_code, bank_name, card_number
from tests.factories.batches import RURAL

HEADERS = {
    "reference": "流水号", "account": "新账号", "bank_name": "开户银行", "bank_code": "开户行行号",
    "holder": "银行户名", "evidence": "更正依据",
}  # fmt: skip
FIRST_ROW = 4


def entry(line: Payment, number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return what a clerk writes for a line: a new account that holds."""
    right = {
        "account": card_number(RURAL, 900_000 + number), "bank_name": bank_name(RURAL, 0),
        "bank_code": bank_code(RURAL, 0), "holder": line.payee_name, "evidence": "换卡回执",
    }  # fmt: skip
    return {**right, **changes}


def filled(
    content: bytes, *rows: dict[str, Any] | None, edit: Callable[[Any], None] | None = None
) -> bytes:
    """Write rows into the workbook from its first line on; None leaves a line blank."""
    book = load_workbook(io.BytesIO(content))
    sheet: Any = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[FIRST_ROW - 1]}
    for row_no, row in enumerate(rows, start=FIRST_ROW):
        for name, value in (row or {}).items():
            sheet.cell(row_no, at[HEADERS[name]]).value = value
    if edit is not None:
        edit(sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(content: bytes, encoding: str = "gb18030") -> bytes:
    """Save the first sheet as a text table."""
    sheet: Any = load_workbook(io.BytesIO(content)).worksheets[0]
    out = io.StringIO()
    writer = csv.writer(out)
    for row in sheet.iter_rows(values_only=True):
        writer.writerow(["" if one is None else one for one in row])
    return out.getvalue().encode(encoding)
