"""What a damaged reference can still be: banks cut, capitalise, space out and lose leading zeros.

A reference is never repaired. What comes out is a set of spans of payment numbers; only when exactly
one payment of the file that is answered lies in them is the line taken for that payment's.
"""

import re

from service.foundation.ids import ALPHABET, number_of

LENGTH = 13
_BODY = 12
_CUT_MIN = 8
"""Fewer characters than this say too little about one payment."""
_DROPPED = re.compile(r"[^0-9A-Za-z]")
Span = tuple[int, int]
"""From this payment number to before that one."""


def spans_of(reference: str) -> list[Span]:
    """Return the spans of payment numbers that a reference no longer whole may stand for."""
    bare = _DROPPED.sub("", reference).upper()
    if not bare or any(letter not in ALPHABET for letter in bare):
        return []
    wholes = {bare[:LENGTH], bare[-LENGTH:], bare.rjust(LENGTH, "0")[-LENGTH:]}
    found = {(number, number + 1) for one in wholes if (number := number_of(one)) is not None}
    if _CUT_MIN <= len(bare) < LENGTH:
        missing = _BODY - len(bare)
        first = 0
        for letter in bare[:_BODY]:
            first = first * 32 + ALPHABET.index(letter)
        found.add((first * 32**missing, (first + 1) * 32**missing))
    return sorted(found)
