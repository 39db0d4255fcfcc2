"""How many days it took, in classes that people speak of."""

from collections.abc import Mapping, Sequence

from service.enquiry.overview.told import NONE, Cell, Cells
from service.web.language import gettext
from service.web.pictures.bars import Part

AFTER_PROMISE = (-1, 0, 1, 3, 7, 14, 30, 120)
"""The last day of each class: before the day, on it, one day later, two to three, …"""
AFTER_MONTH_END = (-15, -8, -1, 0, 7, 14, 30, 120)


def classes(cells: Cells, ends: Sequence[int]) -> list[Part]:
    """Return one part for each class; None where nothing of it is told."""
    found: list[Part] = []
    before: int | None = None
    for end in ends:
        within = [
            cell
            for key, cell in cells.items()
            if (before is None or int(key) > before) and int(key) <= end
        ]
        told = [one for one in within if one is not None]
        value = None if within and not told else sum(one.payments for one in told)
        found.append(Part(_label(before, end, is_last=end == ends[-1]), value))
        before = end
    return found


def within(cells: Mapping[str, Cell | None], of_hundred: int) -> int | None:
    """Return the days within which so many of a hundred payments arrived; None of no payments."""
    days = sorted((int(key), (cell or NONE).payments) for key, cell in cells.items())
    whole, so_far = sum(count for _, count in days), 0
    for day, count in days:
        so_far += count
        if whole and so_far * 100 >= whole * of_hundred:
            return day
    return None


def said(days: int) -> str:
    """Return so many days after the day, as people say it."""
    if days == 0:
        return gettext("on the day")
    if days < 0:
        return gettext("%(days)s days before") % {"days": -days}
    return gettext("%(days)s days after") % {"days": days}


def _label(before: int | None, end: int, *, is_last: bool) -> str:
    if before is None:
        if end == -1:
            return gettext("earlier")
        return gettext("%(days)s days before, or earlier") % {"days": -end}
    first = before + 1
    if is_last:
        return gettext("%(days)s days after, or later") % {"days": first}
    if first == end:
        return said(end)
    if end < 0:
        return gettext("%(days)s days before") % {"days": f"{-end}–{-first}"}
    return gettext("%(days)s days after") % {"days": f"{first}–{end}"}
