"""Bars below their words: a distribution, and the steps of a waterfall. As readable on a phone as on paper."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.web.language import gettext
from service.web.pictures.about import About, cell
from service.web.pictures.scale import FULL, along
from service.web.view_models import Block, Column, Picture, Row, Word


@dataclass(frozen=True)
class Part:
    """One bar; ``start`` is where it begins, for a step of a waterfall. None is not told."""

    label: str
    value: int | None
    start: int = 0
    look: str = ""
    more: Sequence[int | str] = ()
    """Further cells of its row in the table."""


def bars(
    about: About,
    parts: Sequence[Part],
    labels: tuple[str, str],
    *,
    more: Sequence[Column] = (),
    told: str = "",
) -> Picture:
    """Return one bar for each part, in the order given; ``labels`` head the table's two columns."""
    top = max((one.start + abs(one.value or 0) for one in parts), default=0)
    slots = max(1, len(parts))
    blocks, words = [], []
    for index, one in enumerate(parts):
        y, high = FULL * index // slots, FULL // slots
        text = about.said(one.value)
        words += [
            Word(0, y + high * 55 // 100, one.label, "start", "over"),
            Word(FULL, y + high * 55 // 100, text, "end", "over"),
        ]
        wide = along(abs(one.value or 0), top)
        if wide:
            x = min(along(one.start, top), FULL - wide)
            blocks.append(
                Block(
                    x,
                    y + high * 62 // 100,
                    wide,
                    high * 30 // 100,
                    one.look,
                    f"{one.label}: {text}",
                )
            )
    return Picture(
        name=about.name,
        title=about.title,
        told=told or _told(about, parts),
        unit=about.unit,
        rows_high=2 * slots,
        blocks=blocks,
        words=words,
        columns=[Column(labels[0]), Column(labels[1], about.kind), *more],
        rows=[Row([one.label, cell(one.value), *one.more]) for one in parts],
        note=about.note,
        href=about.href,
    )


def _told(about: About, parts: Sequence[Part]) -> str:
    most = max(parts, key=lambda one: one.value or 0, default=None)
    if most is None or not most.value:
        return gettext("There is nothing to show.")
    return gettext("The longest bar is “%(label)s” with %(most)s %(unit)s.") % {
        "label": most.label,
        "most": about.shown(most.value),
        "unit": about.unit,
    }
