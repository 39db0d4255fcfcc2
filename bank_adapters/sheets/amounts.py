"""Read an amount in the bank's unit, from text or from a number's cell."""

from __future__ import annotations

import re

from bank_adapters.money import AmountRefused, fen_from_yuan
from bank_adapters.sheets.profile import SheetProfile
from bank_adapters.sheets.rows import Number

FEN = re.compile(r"[0-9]{1,15}")


def fen_of(profile: SheetProfile, written: str, *, zero_allowed: bool = False) -> int:
    """Return an amount in fen. Raises AmountRefused."""
    if profile.amount_unit == "yuan":
        # A sheet's number has no fixed decimals: 100 in it is a hundred yuan.
        exact = not isinstance(written, Number)
        return fen_from_yuan(written, two_decimals=exact, zero_allowed=zero_allowed)
    if not FEN.fullmatch(written):
        _say_what_is_wrong(written)
    if int(written) == 0 and not zero_allowed:
        raise AmountRefused("amount_zero")
    return int(written)


def _say_what_is_wrong(written: str) -> None:
    """Raise the fault a text has as an amount in fen."""
    try:
        fen_from_yuan(written, two_decimals=False, zero_allowed=True)
    except AmountRefused as refused:
        raise AmountRefused(refused.code) from None
    raise AmountRefused("amount_with_decimals")
