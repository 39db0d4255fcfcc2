"""Read a filled-in table: what the bank wrote beside each of our lines.

The table is believed whole or not at all: its closing line, counts, totals, numbers and references
must fit, because a table someone touched in between looks almost right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bank_adapters.contract import Reply, ReplyTotals, State
from bank_adapters.faults import is_fatal
from bank_adapters.fields import REFERENCE
from bank_adapters.sheets.answer import Answer, begins
from bank_adapters.sheets.judge import told_apart
from bank_adapters.sheets.payment_line import read_payment
from bank_adapters.sheets.profile import Cell, SheetProfile
from bank_adapters.sheets.rows import Row
from bank_adapters.sheets.table_in import table_of
from bank_adapters.sheets.totals import check_counted, check_sent


def read(profile: SheetProfile, name: str, content: bytes) -> Reply:
    """Return the reply; with a fatal fault it carries no records. Never raises for its input."""
    table = table_of(profile, content)
    answer = Answer(profile)
    answer.faults.extend(table.faults)
    if table.rows:
        _read_rows(answer, list(table.rows), table.merged)
    elif not is_fatal(answer.faults):
        answer.say("nothing_listed")
    _file_named(answer, name)
    trusted = not is_fatal(answer.faults)
    return Reply(
        file_reference=answer.file_reference,
        records=tuple(answer.records) if trusted else (),
        faults=answer.faults.told(),
        totals=ReplyTotals(
            listed_count=len(answer.records),
            listed_fen=sum(record.amount_fen or 0 for record in answer.records),
            stated_count=answer.number("count"),
            stated_fen=answer.number("total"),
        ),
        silence_means=profile.silence_means if trusted else State.UNKNOWN,
    )


def _read_rows(answer: Answer, rows: list[Row], merged: Sequence[tuple[int, int]]) -> None:
    shape = answer.profile.answered
    at = _read_header(answer, rows)
    if at is None:
        return
    if shape.titled:
        if at >= len(rows) or not _titles_fit(rows[at].cells, shape.columns):
            answer.say("columns_differ", line=rows[at].line if at < len(rows) else at + 1)
            return
        at += 1
    closing = None
    if shape.trailer:
        closing = next((n for n in range(at, len(rows)) if begins(rows[n], shape.trailer[0])), None)
    payments = rows[at:closing]
    for row in payments:
        read_payment(answer, row)
    _check_merged(answer, payments, merged)
    _check_order(answer, payments)
    answer.faults.extend(check_sent(answer))
    if closing is not None:
        _read_trailer(answer, rows, closing)
    elif shape.trailer:
        answer.say("trailer_missing", detail=shape.trailer[0].begins)
    if not payments and answer.number("count") is None:
        answer.say("nothing_listed")


def _read_header(answer: Answer, rows: Sequence[Row]) -> int | None:
    """Return how many rows the header has; None if this is no file of this bank."""
    header = answer.profile.answered.header
    for at, line in enumerate(header):
        if at >= len(rows) or (
            line.begins and not _begins_exactly(rows[at], line.begins, line.raw)
        ):
            answer.say("header_missing", line=rows[at].line if at < len(rows) else at + 1)
            return None
        if not answer.read_once(line, rows[at]):
            return None
    return len(header)


def _begins_exactly(row: Row, begin: str, raw: str) -> bool:
    first = row.cells[0] if row.cells else ""
    return row.raw.startswith(begin) if raw and row.raw else first.startswith(begin)


def _titles_fit(titles: Sequence[str], columns: Sequence[Cell]) -> bool:
    told = [title.strip() for title in titles]
    return len(told) == len(columns) and all(
        title == cell.name or title in cell.titles
        for title, cell in zip(told, columns, strict=True)
    )


def _read_trailer(answer: Answer, rows: Sequence[Row], closing: int) -> None:
    trailer = answer.profile.answered.trailer
    if len(rows) != closing + len(trailer):
        answer.say("trailer_not_last", line=rows[closing].line, detail=trailer[0].begins)
    for line, row in zip(trailer, rows[closing:], strict=False):
        answer.read_once(line, row)
    answer.faults.extend(check_counted(answer))


def _check_merged(
    answer: Answer, payments: Sequence[Row], merged: Sequence[tuple[int, int]]
) -> None:
    # A title over several columns is a bank's habit; between payments it hides cells.
    for first, end in merged:
        if payments and first <= payments[-1].line and end >= payments[0].line:
            answer.say("merged_cells", line=first, detail=f"{first}–{end}")


def _check_order(answer: Answer, payments: Sequence[Row]) -> None:
    # Lines may be left out by the bank (silence), but never repeated, reordered or added.
    columns = answer.profile.answered.columns
    place = next((n for n, cell in enumerate(columns) if cell.value == "serial"), None)
    last, sent = 0, answer.number("count")
    numbers: dict[int, int] = {}
    for row in payments if place is not None else ():
        text = row.cells[place] if place is not None and place < len(row.cells) else ""
        number = int(text) if re.fullmatch(r"[1-9][0-9]{0,6}", text) else 0
        if number <= last or (sent is not None and number > sent):
            field = columns[place].name if place is not None else ""
            answer.say("serial_wrong", line=row.line, field=field, value=text)
        numbers[row.line] = number
        last = max(last, number)
    if numbers:
        answer.records = [
            replace(one, serial=numbers.get(one.line or 0) or None) for one in answer.records
        ]
    _check_twice(answer)


def _check_twice(answer: Answer) -> None:
    nameless = not told_apart(answer.profile.answered)
    seen: set[object] = set()
    for record in answer.records:
        key = (record.account_no, record.amount_fen) if nameless else record.reference
        if key and key in seen:
            code = "lines_alike" if nameless else "reference_twice"
            answer.say(code, line=record.line, value=record.reference)
        seen.add(key)


def _file_named(answer: Answer, name: str) -> None:
    """Take the file's reference from the answer's name where the table has no place for it."""
    shape = answer.profile.answered
    cells = [*shape.columns, *(cell for line in shape.header for cell in line.cells)]
    if any(cell.value == "file_reference" for cell in cells):
        return
    pattern = re.escape(answer.profile.answer_name).replace(r"\*", ".*")
    pattern = pattern.replace(r"\{file_reference\}", "([A-Za-z0-9-]+?)")
    found = re.fullmatch(pattern, name)
    if found and found.groups() and REFERENCE.fullmatch(found[1]):
        answer.file_reference = found[1]
    elif not is_fatal(answer.faults):
        answer.say("file_not_named")
