"""What was ordered, by its meaning: one file, its payments, and what the bank must repeat."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

IDENTIFIER = re.compile(r"[A-Za-z0-9-]{1,35}")
AMOUNT = re.compile(r"([0-9]{1,13})\.([0-9]{2})")


class OrderRefused(Exception):
    """The file as a whole is refused, with a reason code."""

    def __init__(self, code: str, file_reference: str = "") -> None:
        self.code = code
        self.file_reference = file_reference
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One payment asked for; `written` are its cells as they stood in a table.

    `reference` is "" where the customer's format has no place for one.
    """

    reference: str
    account_no: str
    account_name: str
    amount_fen: int
    written: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """One file asked for.

    `message` names the kind of a standard's message; `once` is what a table says once, by value.
    """

    file_reference: str
    debtor_account: str
    debtor_name: str
    lines: tuple[OrderLine, ...]
    execution_day: date | None = None
    message: str = ""
    once: Mapping[str, str] = field(default_factory=dict)

    @property
    def amount_fen(self) -> int:
        """Sum over the lines."""
        return sum(line.amount_fen for line in self.lines)


def fen(written: str, file_reference: str) -> int:
    """Return yuan text with two decimals as fen. Raises OrderRefused."""
    match = AMOUNT.fullmatch(written)
    amount_fen = int(match[1]) * 100 + int(match[2]) if match else 0
    if amount_fen <= 0:
        raise OrderRefused("FF01", file_reference)
    return amount_fen


def storable(texts: Sequence[str], charset: str, file_reference: str) -> None:
    """Refuse what the bank's own system cannot hold. Raises OrderRefused."""
    try:
        "".join(texts).encode(charset)
    except UnicodeEncodeError:
        raise OrderRefused("FF01", file_reference) from None
