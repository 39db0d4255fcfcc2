"""A scale of round numbers."""

FULL = 1000
"""A plot is so many thousandths wide and high."""


def top_of(most: int) -> int:
    """Return the round number (1, 2, 2.5 or 5 with noughts) that is not below ``most``; at least 1."""
    if most <= 1:
        return 1
    size: int = 10 ** (len(str(most)) - 1)
    for halves in (2, 4, 5, 10, 20):
        found = size * halves // 2
        if found >= most and found * 2 == size * halves:
            return found
    return size * 10


def along(value: int, top: int, length: int = FULL) -> int:
    """Return how far along a length a value lies; what is not nothing is at least one thousandth."""
    if value <= 0 or top <= 0:
        return 0
    return max(1, min(length, length * value // top))
