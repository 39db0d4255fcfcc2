"""Ids that we make before anyone else hears of a thing."""

import secrets
import time
from uuid import UUID

# Crockford's alphabet: no I, L, O, U, so a reference read over the telephone stays itself.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def uuid7() -> UUID:
    """Return a time-ordered UUID, version 7 (RFC 9562)."""
    milliseconds = time.time_ns() // 1_000_000
    value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def reference_of(number: int) -> str:
    """Return a payment's own reference: 13 characters of base 32.

    MT940 leaves 16 characters for a reference, so ours is short from the start.
    """
    digits = []
    for _ in range(13):
        number, digit = divmod(number, 32)
        digits.append(_ALPHABET[digit])
    return "".join(reversed(digits))
