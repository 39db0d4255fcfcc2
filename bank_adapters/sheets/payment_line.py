"""Read one payment's line of an answer into a record; what is odd in it is a fault of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bank_adapters.contract import ReplyRecord, State
from bank_adapters.fields import REFERENCE
from bank_adapters.sheets.answer import Answer
from bank_adapters.sheets.profile import AMOUNTS, COUNTS, Cell
from bank_adapters.sheets.results import state_and_code
from bank_adapters.sheets.rows import Foreign, Formula, Number, Row
from bank_adapters.text import damaged


def read_payment(answer: Answer, row: Row) -> None:
    """Add the line's record to the answer, and its faults."""
    columns = answer.profile.answered.columns
    cells = list(row.cells)
    if answer.profile.in_sheet:
        cells.extend([""] * (len(columns) - len(cells)))
    if len(cells) != len(columns):
        detail = f"{len(cells)} / {len(columns)}"
        answer.say("column_count_wrong", line=row.line, detail=detail)
        return
    found: dict[str, tuple[Cell, str]] = {}
    for cell, text in zip(columns, cells, strict=True):
        _kind(answer, cell, text, row.line)
        if cell.value in {"literal", "blank"}:
            if text != cell.literal and cell.value == "literal":
                detail = cell.literal
                answer.say(
                    "constant_wrong", line=row.line, field=cell.name, value=text, detail=detail
                )
            continue
        if cell.value in found and found[cell.value][1] != text:
            answer.say("columns_contradict", line=row.line, field=cell.name, value=text)
        found.setdefault(cell.value, (cell, text))
    if "file_reference" in found:
        _same_file(answer, found["file_reference"], row.line)
    record = _record(answer, found, row.line)
    if record is not None:
        answer.records.append(record)


def _same_file(answer: Answer, told: tuple[Cell, str], line: int) -> None:
    cell, reference = told
    if not REFERENCE.fullmatch(reference):
        answer.say("file_reference_missing", line=line, field=cell.name)
    elif answer.file_reference and answer.file_reference != reference:
        answer.say("columns_contradict", line=line, field=cell.name, value=reference)
    else:
        answer.file_reference = reference


def _kind(answer: Answer, cell: Cell, text: str, line: int) -> None:
    if isinstance(text, Formula):
        answer.say("formula_cell", line=line, field=cell.name, value=text)
    elif isinstance(text, Foreign):
        answer.say("cell_kind_wrong", line=line, field=cell.name, value=text)
    elif isinstance(text, Number) and cell.value not in AMOUNTS | COUNTS | {"literal", "blank"}:
        answer.say("number_not_text", line=line, field=cell.name, value=text)


def _record(answer: Answer, found: Mapping[str, tuple[Cell, str]], line: int) -> ReplyRecord | None:
    account, account_no = found["account_no"]
    if not answer.good_account(account_no):
        detail = f"1–{answer.profile.account_max}"
        answer.say(
            "account_malformed", line=line, field=account.name, value=account_no, detail=detail
        )
    reference = ""
    if "reference" in found:
        cell, reference = found["reference"]
        if not REFERENCE.fullmatch(reference):
            answer.say(
                "reference_malformed", line=line, field=cell.name, value=reference, detail="A–Z 0–9"
            )
            return None
    cell, written = found["amount"]
    amount_fen = answer.fen(written, line, cell.name, zero_allowed=False)
    cell, result = found["result"]
    reason = found["reason"][1] if "reason" in found else ""
    state, code, words = state_and_code(answer.profile, result.strip(), reason.strip())
    if result.strip() not in answer.profile.results:
        answer.say("status_unknown", line=line, field=cell.name, value=result, detail="?")
    if damaged(reason) or ("account_name" in found and damaged(found["account_name"][1])):
        answer.say("mojibake", line=line, value=reason)
    record = ReplyRecord(
        reference, state, amount_fen, code, words, line, account_no=account_no,
        account_name=found["account_name"][1] if "account_name" in found else "",
    )  # fmt: skip
    return _done(answer, record, found)


def _done(
    answer: Answer, record: ReplyRecord, found: Mapping[str, tuple[Cell, str]]
) -> ReplyRecord:
    """Compare what was paid with what was asked: a part paid is not paid."""
    if "amount_done" not in found or record.state is not State.PAID:
        return record
    cell, written = found["amount_done"]
    done_fen = answer.fen(written, record.line or 0, cell.name) if written else None
    if done_fen == record.amount_fen:
        return record
    answer.say("paid_amount_differs", line=record.line, field=cell.name, value=written)
    return replace(record, state=State.UNKNOWN)
