"""Ids that we make before anyone else hears of a thing."""

import secrets
import time
from operator import mul
from uuid import UUID

# Crockford's alphabet: no I, L, O, U, so a reference read over the telephone stays itself.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of references."""
# A bank's answer names a million references: their letters are looked up all at once.
_VALUES = bytes.maketrans(ALPHABET.encode(), bytes(range(32)))
_PYTHONS = str.maketrans(ALPHABET, "0123456789abcdefghijklmnopqrstuv")
_LETTERS = frozenset(ALPHABET)
_WEIGHTS = range(1, 13)


def uuid7() -> UUID:
    """Return a time-ordered UUID, version 7 (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def reference_of(number: int) -> str:
    """Return a payment's own reference: 12 characters of base 32 and one check character.

    MT940 leaves 16 characters for a reference, so ours is short from the start. The check
    character notices one wrong or two swapped characters.
    """
    digits = []
    rest = number
    for _ in range(12):
        rest, digit = divmod(rest, 32)
        digits.append(ALPHABET[digit])
    body = "".join(reversed(digits))
    return body + _check(body)


def number_of(reference: str) -> int | None:
    """Return the number behind a reference, or None if it cannot be one of ours."""
    if len(reference) != 13 or not _LETTERS.issuperset(reference):
        return None
    body = reference[:12]
    if _check(body) != reference[12]:
        return None
    return int(body.translate(_PYTHONS), 32)


def _check(body: str) -> str:
    # Weights 1, 2, 3 … modulo 31, a prime above every weight, so a swap always shows.
    total = sum(map(mul, _WEIGHTS, body.encode().translate(_VALUES)))
    return ALPHABET[total % 31]
