"""Ids that we make before anyone else hears of a thing."""

import secrets
import time
from uuid import UUID

# Crockford's alphabet: no I, L, O, U, so a reference read over the telephone stays itself.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Of references."""


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
    if len(reference) != 13 or any(letter not in ALPHABET for letter in reference):
        return None
    body, check = reference[:12], reference[12]
    if _check(body) != check:
        return None
    number = 0
    for letter in body:
        number = number * 32 + ALPHABET.index(letter)
    return number


def _check(body: str) -> str:
    # Weights 1, 2, 3 … modulo 31, a prime above every weight, so a swap always shows.
    total = sum(weight * ALPHABET.index(letter) for weight, letter in enumerate(body, start=1))
    return ALPHABET[total % 31]
