"""Fill in a bank's table as its clerk would: with other people's writers, never with ours."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal

import openpyxl
import xlwt

from bank_adapters.sheets.profile import Cell, Line, SheetProfile
from tests.bank_adapters.makers import BANK_CODE, CARD, HEADER, Told, fen

Cells = list[str | Decimal | int]
WORDS = {"paid": "ACSC", "rejected": "RJCT", "in_transit": "PDNG"}


def filled_in(
    profile: SheetProfile,
    said: Sequence[Told],
    *,
    count: int | None = None,
    total_fen: int | None = None,
    spoil: Callable[[list[Cells]], None] | None = None,
    accounts: Sequence[str] = (),
) -> bytes:
    """Return the answer of this bank; `spoil` may change its rows before they are written."""
    shape = profile.answered
    sums = _sums(said, count, total_fen)
    rows = [_once(profile, line, sums) for line in shape.header]
    if shape.titled:
        rows.append([cell.name for cell in shape.columns])
    for serial, one in enumerate(said, start=1):
        account = accounts[serial - 1] if accounts else CARD
        rows.append([_of(profile, cell, serial, one, account) for cell in shape.columns])
    rows.extend(_once(profile, line, sums) for line in shape.trailer)
    if spoil is not None:
        spoil(rows)
    return packed(profile, rows)


def answer_name(profile: SheetProfile) -> str:
    """Return the name the answer to the makers' file has."""
    return profile.answer_name.replace("{file_reference}", HEADER.file_reference).replace(
        "*", profile.container
    )


def packed(profile: SheetProfile, rows: Sequence[Cells]) -> bytes:
    """Return rows in the bank's container, written by openpyxl, xlwt or the csv module."""
    content = {"xlsx": _xlsx, "xls": _xls}.get(profile.container, _text)(profile, rows)
    if not profile.packed:
        return content
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("answer.csv", content)
    return out.getvalue()


def _sums(said: Sequence[Told], count: int | None, total_fen: int | None) -> dict[str, int]:
    def of(having: Sequence[Told]) -> int:
        return sum(fen(one.amount) for one in having)

    paid = [one for one in said if one.status == "ACSC"]
    failed = [one for one in said if one.status == "RJCT"]
    return {
        "count": len(said) if count is None else count,
        "total": of(said) if total_fen is None else total_fen,
        "listed_count": len(said),
        "listed_total": of(said),
        "paid_count": len(paid),
        "paid_total": of(paid),
        "failed_count": len(failed),
        "failed_total": of(failed),
    }


def _money(profile: SheetProfile, amount_fen: int) -> str | Decimal | int:
    if profile.amount_unit == "fen":
        return amount_fen if profile.in_sheet else str(amount_fen)
    amount = Decimal(amount_fen) / 100
    return amount if profile.in_sheet else f"{amount:.2f}"


def _once(profile: SheetProfile, line: Line, sums: dict[str, int]) -> Cells:
    if line.raw:
        return [line.raw]
    made: Cells = []
    for cell in line.cells:
        if cell.value == "literal":
            made.append(cell.literal)
        elif cell.value.endswith("total"):
            total = _money(profile, sums[cell.value])
            made.append(f"{cell.prefix}{total}" if cell.prefix else total)
        elif cell.value in sums:
            number = sums[cell.value]
            made.append(f"{cell.prefix}{number}" if cell.prefix else _whole(profile, number))
        else:
            made.append(cell.prefix + _header(cell))
    return made


def _header(cell: Cell) -> str:
    return {
        "file_reference": HEADER.file_reference,
        "execution_date": HEADER.execution_date.strftime(cell.date_format),
        "created_at": "2026-11-23T01:02:03+00:00",
        "debtor_account": HEADER.debtor_account,
        "debtor_name": HEADER.debtor_name,
        "debtor_bank_code": HEADER.debtor_bank_code,
        "programme_summary": HEADER.programme_summary,
    }.get(cell.value, "")


def _whole(profile: SheetProfile, number: int) -> str | int:
    return number if profile.in_sheet else str(number)


def _of(
    profile: SheetProfile, cell: Cell, serial: int, one: Told, account: str
) -> str | Decimal | int:
    if cell.value == "literal":
        return cell.literal
    if cell.value == "serial":
        return _whole(profile, serial)
    if cell.value in {"amount", "amount_done"}:
        done = cell.value == "amount" or one.status == "ACSC"
        return _money(profile, fen(one.amount)) if done and one.amount else ""
    return {
        "reference": one.reference,
        "account_no": account,
        "account_name": one.account_name,
        "cross_bank": "1",
        "bank_name": "工商银行安心支行",
        "bank_code": BANK_CODE,
        "purpose": "高龄津贴",
        "result": result_word(profile, one.status),
        "reason": f"{one.code} {one.words}".strip(),
    }.get(cell.value, _header(cell))


def result_word(profile: SheetProfile, status: str) -> str:
    """Return the bank's first word for a status; a status nobody knows stands as it is."""
    for word, state in profile.results.items():
        if WORDS.get(state.value) == status:
            return word
    return status


def _text(profile: SheetProfile, rows: Sequence[Cells]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(
        out,
        delimiter=profile.delimiter,
        lineterminator=profile.line_end,
        quoting=csv.QUOTE_MINIMAL if profile.quoted else csv.QUOTE_NONE,
        quotechar='"' if profile.quoted else None,
    )
    for row in rows:
        if len(row) == 1:
            out.write(f"{row[0]}{profile.line_end}")
        else:
            writer.writerow([*row, ""] if profile.trailing_delimiter else row)
    return out.getvalue().encode(profile.file_encoding)


def _xlsx(_: SheetProfile, rows: Sequence[Cells]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append([cell if cell != "" else None for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _xls(_: SheetProfile, rows: Sequence[Cells]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("Sheet1")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell != "":
                sheet.write(at, column, cell)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
