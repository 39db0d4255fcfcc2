"""Paired bars: two groups on either side of their ages, the oldest at the top."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.web.filters import number
from service.web.language import gettext
from service.web.pictures.about import About, cell
from service.web.pictures.scale import FULL, along, top_of
from service.web.view_models import Block, Column, Picture, Row, Stroke, Word

_SIDE = 370
"""How long a bar may be; between the sides stand the ages."""


@dataclass(frozen=True)
class Band:
    """So many of each group at one age; None where few are not told."""

    label: str
    left: int | None
    right: int | None


def pyramid(about: About, groups: tuple[str, str], bands: Sequence[Band]) -> Picture:
    """Return an age pyramid; ``bands`` come the youngest first."""
    most = max((value or 0 for one in bands for value in (one.left, one.right)), default=0)
    top = top_of(most)
    slots = len(bands) + 1
    blocks, words = [], []
    for index, one in enumerate(reversed(bands), start=1):
        y, high = FULL * index // slots, max(1, FULL // slots * 7 // 10)
        for value, is_left in ((one.left, True), (one.right, False)):
            wide = along(value or 0, top, _SIDE)
            if wide:
                x = _SIDE - wide if is_left else FULL - _SIDE
                said = f"{groups[0 if is_left else 1]} {one.label}: {number(value)}"
                blocks.append(Block(x, y, wide, high, "left" if is_left else "right", said))
        words.append(Word(FULL // 2, y + high, one.label, "middle", "age"))
    return Picture(
        name=about.name,
        title=about.title,
        told=gettext(
            "%(left)s on the left, %(right)s on the right; the longest bar is %(most)s %(unit)s."
        )
        % {"left": groups[0], "right": groups[1], "most": number(most), "unit": about.unit},
        unit=about.unit,
        rows_high=slots,
        blocks=blocks,
        strokes=[
            Stroke(f"{x},{FULL // slots} {x},{FULL}", "grid")
            for x in (0, _SIDE, FULL - _SIDE, FULL)
        ],
        words=[
            Word(_SIDE, FULL // slots, groups[0], "end", "head"),
            Word(FULL - _SIDE, FULL // slots, groups[1], "start", "head"),
            *words,
            Word(0, FULL, number(top), "start", "axis"),
            Word(_SIDE, FULL, "0", "end", "axis"),
            Word(FULL - _SIDE, FULL, "0", "start", "axis"),
            Word(FULL, FULL, number(top), "end", "axis"),
        ],
        columns=[Column(gettext("Age")), Column(groups[0], "number"), Column(groups[1], "number")],
        rows=[Row([one.label, cell(one.left), cell(one.right)]) for one in bands],
        note=about.note,
        href=about.href,
    )
