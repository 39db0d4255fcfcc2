"""Write the nine-column payroll sheet in GB18030; what does not fit was refused before."""

from __future__ import annotations

from collections.abc import Sequence

from bank_adapters.ccb.layout import (
    CLOSING,
    COLUMNS,
    DELIMITER,
    ENCODING,
    LINE_END,
    MARK,
    VERSION,
    cross_bank_mark,
)
from bank_adapters.contract import FileHeader, Instruction
from bank_adapters.money import yuan_text


def render(header: FileHeader, instructions: Sequence[Instruction]) -> bytes:
    """Return the whole sheet; the same input gives the same bytes."""
    count = str(len(instructions))
    total = yuan_text(sum(instruction.amount_fen for instruction in instructions))
    lines = [_header(header, count, total), DELIMITER.join(COLUMNS)]
    lines.extend(_payment(serial, one) for serial, one in enumerate(instructions, start=1))
    lines.append(DELIMITER.join((CLOSING, count, total)))
    return "".join(line + LINE_END for line in lines).encode(ENCODING)


def _header(header: FileHeader, count: str, total: str) -> str:
    return DELIMITER.join(
        (
            MARK,
            VERSION,
            header.file_reference,
            header.execution_date.strftime("%Y%m%d"),
            header.created_at.isoformat(timespec="seconds"),
            header.debtor_account,
            header.debtor_name,
            header.debtor_bank_code,
            count,
            total,
            header.programme_summary,
        )
    )


def _payment(serial: int, instruction: Instruction) -> str:
    return DELIMITER.join(
        (
            str(serial),
            instruction.account_no,
            instruction.account_name,
            yuan_text(instruction.amount_fen),
            cross_bank_mark(instruction.bank_code),
            instruction.bank_name,
            instruction.bank_code,
            instruction.purpose,
            instruction.reference,
        )
    )
