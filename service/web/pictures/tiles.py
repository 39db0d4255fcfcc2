"""The shade of a place in a grid, and a line as small as a word."""

from collections.abc import Sequence

from service.web.pictures.scale import FULL, along
from service.web.view_models import Spark

SHADES = 5


def shade_of(value: int, most: int) -> int:
    """Return 0 for nothing and 1 to 5 for the fifth of the most in which a value lies."""
    if value <= 0 or most <= 0:
        return 0
    return min(SHADES, 1 + (SHADES * value - 1) // most) if value < most else SHADES


def spark(values: Sequence[int], said: str) -> Spark:
    """Return a small line over values."""
    top, last = max(values, default=0), len(values) - 1
    places = [
        (FULL * index // last if last > 0 else 0, FULL - along(value, top))
        for index, value in enumerate(values)
    ]
    if last == 0:
        places.append((FULL, places[0][1]))
    return Spark(" ".join(f"{x},{y}" for x, y in places), said)
