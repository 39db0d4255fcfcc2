"""Yuan text to whole fen and back, refusing every form that could hide a factor or a rounding."""

from __future__ import annotations

import re
from functools import lru_cache

FULL_WIDTH = re.compile(r"[０-９．，－]")
STRICT = re.compile(r"([0-9]{1,15})\.([0-9]{2})")
LOOSE = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2}))?")


class AmountRefused(ValueError):
    """An amount that will not be guessed at; `code` is the fault's code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def yuan_text(amount_fen: int) -> str:
    """Return fen as yuan with exactly two decimals: 12345 → "123.45", -5 → "-0.05"."""
    yuan, fen = divmod(abs(amount_fen), 100)
    return f"{'-' if amount_fen < 0 else ''}{yuan}.{fen:02d}"


def two_sums(one_fen: int, other_fen: int) -> str:
    """Return two sums that should be one, as a fault's sentence shows them, in yuan."""
    return f"{yuan_text(one_fen)} / {yuan_text(other_fen)}"


def fen_from_yuan(text: str, *, two_decimals: bool, zero_allowed: bool = False) -> int:
    """Return yuan text as fen. Raises AmountRefused.

    `two_decimals`: refuse "123" and "123.4", because a file that must show "123.00" and does not
    is probably in fen.
    """
    return _fen(text, two_decimals, zero_allowed)


# A file pays the same few amounts to a million people.
@lru_cache(maxsize=16_384)
def _fen(text: str, two_decimals: bool, zero_allowed: bool) -> int:
    match = (STRICT if two_decimals else LOOSE).fullmatch(text)
    if match is None:
        raise AmountRefused(_what_is_wrong(text))
    amount_fen = int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))
    if amount_fen == 0 and not zero_allowed:
        raise AmountRefused("amount_zero")
    return amount_fen


def _what_is_wrong(text: str) -> str:
    if not text.strip():
        return "amount_missing"
    if FULL_WIDTH.search(text):
        return "amount_full_width"
    for pattern, code in (
        (r"[-+].*|\(.*\)", "amount_negative"),
        (r"[0-9.]+[eE][-+]?[0-9]+", "amount_scientific"),
        (r"[0-9][0-9, ' ]*[, '][0-9, ']*(?:\.[0-9]*)?", "amount_thousands_separator"),
        (r"[0-9]+\.[0-9]{3,}", "amount_too_precise"),
        (r"[0-9]{1,15}(?:\.[0-9]?)?", "amount_without_decimals"),
    ):
        if re.fullmatch(pattern, text):
            return code
    return "amount_malformed"
