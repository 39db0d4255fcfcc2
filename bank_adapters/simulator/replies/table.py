"""Fill in the customer's own table: what was ordered, what became of it, and the bank's sums."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bank_adapters.contract import State
from bank_adapters.sheets import old_workbook_out, workbook_out
from bank_adapters.sheets.profile import AMOUNTS, COUNTS, Cell, Line, SheetProfile
from bank_adapters.sheets.rows import Number
from bank_adapters.simulator.fates import REASONS, Said
from bank_adapters.simulator.replies.answer import Answer, Told
from bank_adapters.simulator.replies.standard import yuan

Rows = list[Sequence[str]]


def return_sheet(table: SheetProfile, answer: Answer) -> bytes:
    """Return the answer in the bank's container and encoding."""
    shape, once = table.answered, _once(table, answer)
    filled: Rows = [_line(line, once) for line in shape.header]
    if shape.titled:
        filled.append([cell.name for cell in shape.columns])
    sources = _sources(table)
    if not answer.group_only:
        filled.extend(
            [_cell(table, cell, one, sources, once) for cell in shape.columns]
            for one in answer.lines
        )
    filled.extend(_line(line, once) for line in shape.trailer)
    return _packed(table, filled, answer.order.file_reference)


def refusal_notice(code: str) -> bytes:
    """Return the note a bank leaves for a file it could not read at all."""
    return f"文件未受理：{code} {REASONS.get(code, '')}\r\n".encode("gb18030")


def word_for(table: SheetProfile, said: Said) -> str:
    """Return the bank's first word for what it says."""
    wanted = State(said.value)
    return next((word for word, state in table.results.items() if state is wanted), "处理中")


def _amount(table: SheetProfile, amount_fen: int) -> str:
    return str(amount_fen) if table.amount_unit == "fen" else yuan(amount_fen)


def _once(table: SheetProfile, answer: Answer) -> Callable[[Cell], str]:
    order = answer.order
    paid = [one for one in answer.lines if one.said is Said.PAID]
    failed = [one for one in answer.lines if one.said is Said.REJECTED]
    known = {**order.once, "file_reference": order.file_reference, "blank": ""}
    for name, count, amount_fen in (
        ("", len(order.lines), order.amount_fen),
        ("listed_", len(answer.lines), _sum(answer.lines)),
        ("paid_", len(paid), _sum(paid)),
        ("failed_", len(failed), _sum(failed)),
    ):
        known[f"{name}count"] = str(count)
        # What was ordered is repeated as it was; only the bank's own sums can be wrong.
        wrong_fen = answer.wrong_fen if name == "listed_" or not _counts(table) else 0
        known[f"{name}total"] = _amount(table, amount_fen + wrong_fen)

    def fill(cell: Cell) -> str:
        if cell.value == "literal":
            return cell.literal
        text = cell.prefix + known.get(cell.value, "")
        return Number(text) if not cell.prefix and cell.value in AMOUNTS | COUNTS else text

    return fill


def _counts(table: SheetProfile) -> bool:
    lines = (*table.answered.header, *table.answered.trailer)
    return any(cell.value == "listed_total" for line in lines for cell in line.cells)


def _sum(lines: Sequence[Told]) -> int:
    return sum(one.line.amount_fen for one in lines)


def _line(line: Line, once: Callable[[Cell], str]) -> Sequence[str]:
    return line.raw or [once(cell) for cell in line.cells]


def _sources(table: SheetProfile) -> dict[str, int]:
    """Where in the customer's own line each value stood."""
    return {cell.value: place for place, cell in enumerate(table.written.columns)}


def _cell(
    table: SheetProfile,
    cell: Cell,
    one: Told,
    sources: dict[str, int],
    once: Callable[[Cell], str],
) -> str:
    amount = Number(_amount(table, one.line.amount_fen))
    told = {
        "amount": amount,
        "amount_done": amount if one.said is Said.PAID else "",
        "result": one.status or word_for(table, one.said),
        "reason": f"{one.code} {one.reason}".strip() if one.said is Said.REJECTED else "",
        "serial": Number(one.serial),
        "reference": one.line.reference,
    }
    if cell.value in told:
        return told[cell.value]
    place = sources.get(cell.value)
    if place is None or cell.value in {"literal", "blank", "file_reference"}:
        return once(cell)
    return one.line.written[place]


def _packed(table: SheetProfile, filled: Rows, file_reference: str) -> bytes:
    if table.container == "xlsx":
        content = workbook_out.render(filled, table.sheet_name)
    elif table.container == "xls":
        content = old_workbook_out.render(filled, table.sheet_name)
    else:
        text = "".join(_text(table, row) + table.line_end for row in filled)
        content = text.encode(table.file_encoding)
    if not table.packed:
        return content
    return workbook_out.pack([(f"{file_reference}.{table.container}", content)])


def _text(table: SheetProfile, row: Sequence[str]) -> str:
    if isinstance(row, str):
        return row
    if table.by_width:
        return "".join(
            _padded(table, *pair) for pair in zip(table.answered.columns, row, strict=False)
        )
    cells = [_quoted(table, text) for text in row] if table.quoted else row
    end = table.delimiter if table.trailing_delimiter and len(row) > 1 else ""
    return table.delimiter.join(cells) + end


def _padded(table: SheetProfile, cell: Cell, text: str) -> str:
    missing = cell.pad * (cell.width - len(text.encode(table.file_encoding)))
    return missing + text if cell.pad_left else text + missing


def _quoted(table: SheetProfile, text: str) -> str:
    if table.delimiter not in text and '"' not in text:
        return text
    return '"' + text.replace('"', '""') + '"'
