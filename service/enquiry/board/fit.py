"""What fits on one leaf of the display: in lines of its large type, in either language."""

import unicodedata
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def lines_of(text: str, wide: int) -> int:
    """Return how many lines a text takes where ``wide`` half-width letters stand on one.

    Words are not broken in two, so a line of words ends before the column does.
    """
    taken = sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)
    room = wide - 1 if not text.isascii() else wide * 9 // 10
    return max(1, -(-taken // room))


def leaves(items: Sequence[Item], high_of: Callable[[Item], int], room: int) -> list[list[Item]]:
    """Return the items in parts none of which is higher than there is room; none is left out."""
    found: list[list[Item]] = []
    left = 0
    for one in items:
        high = high_of(one)
        if not found or high > left:
            found.append([])
            left = room
        found[-1].append(one)
        left -= high
    return found


def turned(parts: Sequence[list[Item]], turn: int) -> list[Item]:
    """Return the part whose turn it is; nothing of nothing."""
    return parts[turn % len(parts)] if parts else []
