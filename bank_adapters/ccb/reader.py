"""Read a filled-in return sheet: what the bank wrote beside each of our lines.

The sheet is believed whole or not at all: its closing line, counts, totals, serial numbers and
references must fit, because a sheet someone touched in between looks almost right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from bank_adapters.ccb.codes import RESULT_STATES, state_and_code
from bank_adapters.ccb.decode import lines_of
from bank_adapters.ccb.layout import (
    CLOSING,
    DELIMITER,
    HEADER_FIELDS,
    MARK,
    RETURN_CLOSING_FIELDS,
    RETURN_COLUMNS,
    VERSION,
    ReturnLine,
)
from bank_adapters.ccb.totals import Stated, check_closing, check_header
from bank_adapters.contract import BankProfile, Fault, Reply, ReplyRecord, ReplyTotals, State
from bank_adapters.faults import fault, is_fatal
from bank_adapters.fields import ACCOUNT, REFERENCE
from bank_adapters.money import AmountRefused, fen_from_yuan
from bank_adapters.text import damaged


@dataclass
class Sheet:
    """What the sheet says, before it is believed."""

    faults: list[Fault] = field(default_factory=list)
    file_reference: str = ""
    header: Stated = field(default_factory=Stated)
    records: list[ReplyRecord] = field(default_factory=list)


def read(content: bytes, profile: BankProfile) -> Reply:
    """Return the reply; with a fatal fault it carries no records. Never raises for its input."""
    lines, faults = lines_of(content, profile.max_reply_bytes)
    sheet = Sheet(faults=faults)
    if lines:
        _read_lines(sheet, lines)
    trusted = not is_fatal(sheet.faults)
    return Reply(
        file_reference=sheet.file_reference,
        records=tuple(sheet.records) if trusted else (),
        faults=tuple(sheet.faults),
        totals=ReplyTotals(
            listed_count=len(sheet.records),
            listed_fen=sum(record.amount_fen or 0 for record in sheet.records),
            stated_count=sheet.header.count,
            stated_fen=sheet.header.amount_fen,
        ),
        silence_means=profile.silence_means if trusted else State.UNKNOWN,
    )


def _read_lines(sheet: Sheet, lines: list[str]) -> None:
    if not _read_header(sheet, lines[0].split(DELIMITER)):
        return
    if len(lines) < 2 or tuple(lines[1].split(DELIMITER)) != RETURN_COLUMNS:
        sheet.faults.append(fault("columns_differ", line=2))
        return
    closing_at = next((at for at, line in enumerate(lines) if line.startswith(CLOSING)), None)
    for at, line in enumerate(lines[2:closing_at], start=3):
        _read_line(sheet, line, at)
    _check_order(sheet, [line.partition(DELIMITER)[0] for line in lines[2:closing_at]])
    sheet.faults.extend(check_header(sheet.header, sheet.records))
    if closing_at is None:
        sheet.faults.append(fault("trailer_missing"))
        return
    if closing_at != len(lines) - 1:
        sheet.faults.append(fault("trailer_not_last", line=closing_at + 1))
    _read_closing(sheet, lines[closing_at].split(DELIMITER), closing_at + 1)


def _read_header(sheet: Sheet, parts: list[str]) -> bool:
    if parts[0] != MARK:
        sheet.faults.append(fault("header_missing", line=1))
        return False
    if len(parts) != len(HEADER_FIELDS):
        detail = f"{len(parts)} / {len(HEADER_FIELDS)}"
        sheet.faults.append(fault("column_count_wrong", line=1, detail=detail))
        return False
    if parts[1] != VERSION:
        sheet.faults.append(fault("header_field_wrong", line=1, field="版本", value=parts[1]))
    sheet.file_reference = parts[2]
    if not REFERENCE.fullmatch(parts[2]):
        sheet.faults.append(fault("file_reference_missing", line=1, field="文件编号"))
    sheet.header = Stated(_number(sheet, parts[8], 1, "总笔数"), _fen(sheet, parts[9], 1, "总金额"))
    return True


def _read_closing(sheet: Sheet, parts: list[str], line: int) -> None:
    if len(parts) != len(RETURN_CLOSING_FIELDS) or parts[0] != CLOSING:
        detail = f"{len(parts)} / {len(RETURN_CLOSING_FIELDS)}"
        sheet.faults.append(fault("column_count_wrong", line=line, detail=detail))
        return
    listed = Stated(_number(sheet, parts[1], line, "笔数"), _fen(sheet, parts[2], line, "金额"))
    paid = Stated(
        _number(sheet, parts[3], line, "成功笔数"), _fen(sheet, parts[4], line, "成功金额")
    )
    sheet.faults.extend(check_closing(listed, paid, sheet.records, line))


def _read_line(sheet: Sheet, line: str, at: int) -> None:
    parts = line.split(DELIMITER)
    if len(parts) != len(RETURN_COLUMNS):
        detail = f"{len(parts)} / {len(RETURN_COLUMNS)}"
        sheet.faults.append(fault("column_count_wrong", line=at, detail=detail))
        return
    row = ReturnLine(*parts)
    if not ACCOUNT.fullmatch(row.account_no):
        sheet.faults.append(
            fault("account_malformed", line=at, field="账号", value=row.account_no, detail="1–32")
        )
    if not REFERENCE.fullmatch(row.reference):
        sheet.faults.append(
            fault(
                "reference_malformed", line=at, field="备注", value=row.reference, detail="A–Z 0–9"
            )
        )
        return
    amount_fen = _fen(sheet, row.amount, at, "金额", zero_allowed=False)
    state, code, words = state_and_code(row.result.strip(), row.reason.strip())
    if row.result.strip() not in RESULT_STATES:
        sheet.faults.append(
            fault("status_unknown", line=at, field="处理结果", value=row.result, detail="?")
        )
    if damaged(row.reason) or damaged(row.account_name):
        sheet.faults.append(fault("mojibake", line=at, value=row.reason))
    sheet.records.append(ReplyRecord(row.reference, state, amount_fen, code, words, at))


def _check_order(sheet: Sheet, serials: list[str]) -> None:
    # Lines may be left out by the bank (silence), but never repeated, reordered or added.
    last, total = 0, sheet.header.count
    for at, serial in enumerate(serials, start=3):
        number = int(serial) if re.fullmatch(r"[1-9][0-9]{0,6}", serial) else 0
        if number <= last or (total is not None and number > total):
            sheet.faults.append(fault("serial_wrong", line=at, field="序号", value=serial))
        last = max(last, number)
    seen: set[str] = set()
    for record in sheet.records:
        if record.reference in seen:
            sheet.faults.append(fault("reference_twice", line=record.line, value=record.reference))
        seen.add(record.reference)


def _number(sheet: Sheet, written: str, line: int, field: str) -> int | None:
    if re.fullmatch(r"[0-9]{1,9}", written):
        return int(written)
    sheet.faults.append(fault("header_field_wrong", line=line, field=field, value=written))
    return None


def _fen(
    sheet: Sheet, written: str, line: int, field: str, *, zero_allowed: bool = True
) -> int | None:
    try:
        return fen_from_yuan(written, two_decimals=True, zero_allowed=zero_allowed)
    except AmountRefused as refused:
        sheet.faults.append(fault(refused.code, line=line, field=field, value=written))
        return None
