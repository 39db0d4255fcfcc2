"""The cells of a delivery before a department's layout dresses them."""

from datetime import date
from decimal import Decimal

Cell = str | int | date | Decimal | None
Row = list[Cell]


def yes(flag: bool) -> str:
    """Return the departments' spelling of a boolean."""
    return "是" if flag else "否"


def hundredths(amount: int) -> Decimal:
    """Return whole fen (or hundredths of a square metre) as a decimal number."""
    return Decimal(amount).scaleb(-2)


def yuan(amount: int) -> str:
    """Return whole fen as text with two decimals, as large exports write them."""
    return f"{amount // 100}.{amount % 100:02d}"


def thousandths(area: int) -> Decimal:
    """Return thousandths of a mu as a decimal number of mu."""
    return Decimal(area).scaleb(-3)
