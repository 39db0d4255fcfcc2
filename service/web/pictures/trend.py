"""Lines over months: each with a number at its end, so that nobody has to tell colours apart."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.web.language import gettext
from service.web.pictures.about import About, cell
from service.web.pictures.scale import FULL, along, top_of
from service.web.view_models import Cell, Column, Picture, Row, Sign, Stroke, Word

SERIES_MAX = 6
_ROWS_HIGH = 11
_RIGHT = 950
"""The lines end here; their numbers stand beside them."""
_APART = 85
"""Numbers at the ends of lines are at least so far apart, or they could not be read."""


@dataclass(frozen=True)
class Series:
    """One line: a value for each month, None where it is not told."""

    name: str
    values: Sequence[int | None]


def trend(about: About, months: Sequence[str], series: Sequence[Series]) -> Picture:
    """Return lines over months; raises ValueError for more than anybody can tell apart."""
    if len(series) > SERIES_MAX:
        raise ValueError(
            f"{len(series)} lines in one picture; nobody can tell more than {SERIES_MAX} apart"
        )
    most = max((value or 0 for one in series for value in one.values), default=0)
    top = top_of(most)
    strokes = [Stroke(f"0,{y} {FULL},{y}", "grid") for y in (0, FULL // 2)]
    for number, one in enumerate(series, start=1):
        strokes += _lines(one, number, top)
    return Picture(
        name=about.name,
        title=about.title,
        told=_told(about, months, most),
        unit=about.unit,
        rows_high=_ROWS_HIGH,
        strokes=strokes,
        words=[
            Word(0, 0, about.round(top), look="scale"),
            *([Word(0, FULL // 2, about.round(top // 2), look="scale")] if top % 2 == 0 else []),
            *_month_words(months),
            *_ends(series, top),
        ],
        signs=[Sign(str(number), one.name, f"s{number}") for number, one in enumerate(series, 1)],
        columns=[Column(gettext("Month")), *(Column(one.name, about.kind) for one in series)],
        rows=[_row(month, index, series) for index, month in enumerate(months)],
        note=about.note,
        href=about.href,
    )


def _lines(one: Series, number: int, top: int) -> list[Stroke]:
    """Return the line in pieces, broken where a value is not told; one value alone is a short stroke."""
    pieces: list[list[tuple[int, int]]] = [[]]
    for index, value in enumerate(one.values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((_x(index, len(one.values)), FULL - along(value, top)))
    return [
        Stroke(" ".join(f"{x},{y}" for x, y in _seen(piece)), f"s{number}")
        for piece in pieces
        if piece
    ]


def _seen(piece: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return a piece of a line; a single point, which would not be drawn, as a short stroke."""
    if len(piece) > 1:
        return piece
    x, y = piece[0]
    return [(max(0, x - 12), y), (min(_RIGHT, x + 12), y)]


def _ends(series: Sequence[Series], top: int) -> list[Word]:
    """Return each line's number at its end, moved apart where lines end close together."""
    wanted = []
    for number, one in enumerate(series, start=1):
        last = next((value for value in reversed(one.values) if value is not None), None)
        if last is not None:
            wanted.append((FULL - along(last, top), number))
    # From below upwards, each at least so far above the one before; those beyond the top come down again.
    places: list[list[int]] = []
    for y, number in sorted(wanted, reverse=True):
        places.append([min(y, places[-1][0] - _APART) if places else y, number])
    ceiling = 0
    for place in reversed(places):
        place[0] = max(place[0], ceiling)
        ceiling = place[0] + _APART
    return [Word(FULL, y, str(number), "end", f"s{number}") for y, number in places]


def _month_words(months: Sequence[str]) -> list[Word]:
    """Return the first, the middle and the last month: more would not fit on a phone in large text."""
    last = len(months) - 1
    found = [Word(_x(0, len(months)), FULL, months[0], "start", "axis")] if months else []
    if last > 1:
        found.append(Word(_x(last // 2, last + 1), FULL, months[last // 2], "middle", "axis"))
    if last > 0:
        found.append(Word(_x(last, last + 1), FULL, months[last], "end", "axis"))
    return found


def _x(index: int, count: int) -> int:
    return _RIGHT * index // (count - 1) if count > 1 else _RIGHT // 2


def _row(month: str, index: int, series: Sequence[Series]) -> Row:
    cells: list[Cell] = [month, *(cell(one.values[index]) for one in series)]
    return Row(cells)


def _told(about: About, months: Sequence[str], most: int) -> str:
    if not months:
        return gettext("There is nothing to show.")
    return gettext("%(first)s to %(last)s; the highest value is %(most)s %(unit)s.") % {
        "first": months[0],
        "last": months[-1],
        "most": about.shown(most),
        "unit": about.unit,
    }
