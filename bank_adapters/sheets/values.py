"""What to write into each cell: the one place where a payment becomes a bank's words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bank_adapters.contract import FileHeader, Instruction
from bank_adapters.money import yuan_text
from bank_adapters.sheets.profile import AMOUNTS, COUNTS, Cell, Line, SheetProfile
from bank_adapters.sheets.rows import Number
from bank_adapters.sheets.text_out import padded

Filler = Callable[[int, Instruction], str]


def rows_of(
    profile: SheetProfile, header: FileHeader, instructions: Sequence[Instruction]
) -> list[Sequence[str]]:
    """Return every row of the file, the titles included."""
    once = _once(profile, header, instructions)
    shape = profile.written
    fillers = [_filler(profile, cell, once) for cell in shape.columns]
    rows: list[Sequence[str]] = [_line(profile, line, once) for line in shape.header]
    if shape.titled:
        rows.append([cell.name for cell in shape.columns])
    rows.extend(
        [fill(serial, one) for fill in fillers] for serial, one in enumerate(instructions, start=1)
    )
    rows.extend(_line(profile, line, once) for line in shape.trailer)
    return rows


def amount_text(profile: SheetProfile, amount_fen: int) -> str:
    """Return an amount in the unit this bank's file is in."""
    return yuan_text(amount_fen) if profile.amount_unit == "yuan" else str(amount_fen)


def field_of(profile: SheetProfile, cell: Cell, instruction: Instruction) -> str:
    """Return what a column holds of a payment itself; "" for anything else."""
    fill = _of_payment(profile).get(cell.value)
    return fill(0, instruction) if fill else ""


def _once(
    profile: SheetProfile, header: FileHeader, instructions: Sequence[Instruction]
) -> Callable[[Cell], str]:
    total_fen = sum(one.amount_fen for one in instructions)
    known: dict[str, str] = {
        "file_reference": header.file_reference,
        "created_at": header.created_at.isoformat(timespec="seconds"),
        "debtor_account": header.debtor_account,
        "debtor_name": header.debtor_name,
        "debtor_bank_code": header.debtor_bank_code,
        "programme_summary": header.programme_summary,
        "count": str(len(instructions)),
        "total": amount_text(profile, total_fen),
        "blank": "",
    }

    def fill(cell: Cell) -> str:
        if cell.value == "literal":
            return cell.literal
        if cell.value == "execution_date":
            text = header.execution_date.strftime(cell.date_format)
        else:
            text = known[cell.value]
        return _typed(cell, cell.prefix + text)

    return fill


def _line(profile: SheetProfile, line: Line, once: Callable[[Cell], str]) -> Sequence[str]:
    if line.raw:
        return line.raw
    if profile.by_width:
        return "".join(padded(profile, cell, once(cell)) for cell in line.cells)
    return [once(cell) for cell in line.cells]


def _filler(profile: SheetProfile, cell: Cell, once: Callable[[Cell], str]) -> Filler:
    found = _of_payment(profile).get(cell.value)
    if found is None:
        always = once(cell)
        return lambda _serial, _one: always
    if cell.value in AMOUNTS | COUNTS:
        return lambda serial, one: Number(found(serial, one))
    return found


def _typed(cell: Cell, text: str) -> str:
    plain = not cell.prefix and cell.value in AMOUNTS | COUNTS
    return Number(text) if plain else text


def _of_payment(profile: SheetProfile) -> dict[str, Filler]:
    own = profile.own_bank
    return {
        "serial": lambda serial, _: str(serial),
        "reference": lambda _, one: one.reference,
        "account_no": lambda _, one: one.account_no,
        "account_name": lambda _, one: one.account_name,
        "payee_id_no": lambda _, one: one.payee_id_no,
        "amount": lambda _, one: amount_text(profile, one.amount_fen),
        "cross_bank": lambda _, one: "0" if own and one.bank_code.startswith(own) else "1",
        "bank_name": lambda _, one: one.bank_name,
        "bank_code": lambda _, one: one.bank_code,
        "purpose": lambda _, one: one.purpose,
    }
