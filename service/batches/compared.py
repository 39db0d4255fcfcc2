"""The comparison with last month as a picture: each term of the sum where it stands between the two."""

from dataclasses import dataclass
from typing import Any

from service.web.filters import number, yuan
from service.web.language import gettext
from service.web.view_models import Tone

_WIDTH = 1_000


@dataclass(frozen=True)
class Bar:
    """One term: where it is drawn on a line of a thousand, and what it comes to."""

    label: str
    count: str
    left: int
    width: int
    tone: Tone
    shown: str


@dataclass(frozen=True)
class Picture:
    """The terms in order, and where the line begins: small changes of large sums are to be seen."""

    bars: list[Bar]
    begins: str


def picture(comparison: dict[str, Any]) -> Picture | None:
    """Return last month, who joined, left and changed, and this month; None where nothing is compared."""
    if not comparison:
        return None
    fen = {part: int(comparison[part]["amount_fen"]) for part in _labels()}
    joined = fen["last"] + fen["joined"]
    left = joined - fen["left"]
    levels = (fen["last"], joined, left, fen["this"])
    low, high = min(levels), max(levels)
    start = max(0, low - max(high - low, high // 20))
    spans: dict[str, tuple[int, int, Tone]] = {
        "last": (start, fen["last"], ""),
        "joined": (fen["last"], joined, "ok"),
        "left": (left, joined, "bad"),
        "changed": (min(left, fen["this"]), max(left, fen["this"]), "warn"),
        "this": (start, fen["this"], ""),
    }
    unit = max(high - start, 1)
    bars = []
    for part, (begins, ends, tone) in spans.items():
        at = _WIDTH * (begins - start) // unit
        width = _WIDTH * (ends - start) // unit - at
        signed = -fen[part] if part == "left" else fen[part]
        bars.append(
            Bar(
                _labels()[part],
                number(comparison[part]["count"]),
                min(at, _WIDTH - 4),
                max(width, 4) if begins != ends else 0,
                tone,
                yuan(signed),
            )
        )
    return Picture(bars, yuan(start) if start else "")


def _labels() -> dict[str, str]:
    return {
        "last": gettext("Last month"),
        "joined": gettext("Joined"),
        "left": gettext("Left"),
        "changed": gettext("Changed"),
        "this": gettext("This month"),
    }
