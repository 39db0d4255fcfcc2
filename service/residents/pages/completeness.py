"""How completely a department fills in its columns, and what reading its file had to smooth."""

from service.residents.feeds import Feed
from service.residents.models import Delivery
from service.residents.pages import words
from service.web.filters import number, percent
from service.web.view_models import Bar


def completeness(feed: Feed, one: Delivery | None) -> list[Bar]:
    """Return for each column the share of believed rows that fill it in, in the file's order."""
    if one is None or not one.rows_accepted or not one.filled:
        return []
    return [
        _bar(column.header, filled, one.rows_accepted)
        for column in feed.columns
        if (filled := one.filled.get(column.field, one.filled.get(column.kept_as))) is not None
    ]


def _bar(label: str, filled: int, rows: int) -> Bar:
    basis_points = filled * 10_000 // rows
    # Rounded to whole per cent, but only what is complete is called 100 %.
    shown = percent(basis_points // 100 * 100)
    return Bar(label, basis_points, shown, "" if basis_points >= 5_000 else "warn")


def smoothed(one: Delivery) -> list[tuple[str, str]]:
    """Return what was smoothed in a delivery: how often, and in words; most often first."""
    found = sorted(one.notices.items(), key=lambda pair: (-pair[1], pair[0]))
    return [(number(count), words.notice(code)) for code, count in found if count]
