"""The overview as pictures, in the language of whoever reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from service.batches.words import programme_name
from service.enquiry.overview import days
from service.enquiry.overview.told import OTHERS, OUTCOMES, Cell, Cells, Overview
from service.residents.places.tree import names_of
from service.web.filters import number, percent, yuan
from service.web.language import gettext, translatable
from service.web.pictures.about import About, cell
from service.web.pictures.bars import Part, bars
from service.web.pictures.pyramid import Band, pyramid
from service.web.pictures.tiles import shade_of
from service.web.pictures.trend import Series, trend
from service.web.view_models import Column, Figure, Kind, Picture, Row, Tile

PARTS = ("money", "people", "time")
_OUTCOMES = {
    "first": translatable("paid at the first sending"),
    "again": translatable("failed, issued again and paid"),
    "waiting": translatable("failed, issued again and not paid yet"),
    "failed": translatable("failed, not issued again"),
    "open": translatable("no answer from the bank yet"),
}
_OLDEST, _YEARS = 90, 5
_SEXES = ("男", "女")
_TEN_THOUSAND = 10_000


@dataclass(frozen=True)
class Grid:
    """The townships: tiles, and the same in a table."""

    picture: Picture
    tiles: list[Tile]


def figures(found: Overview) -> list[Figure]:
    """Return the numbers at the top, of what the pictures show."""
    together = found.together
    sent = sum(one.payments for one in found.outcomes.values() if one)
    first = found.outcomes.get("first")
    share = _TEN_THOUSAND * first.payments // sent if first and sent else None
    money = [
        Figure(gettext("Paid to cards"), yuan(together.amount_fen), gettext("yuan")),
        Figure(gettext("Payments"), number(together.payments)),
    ]
    if found.is_of_places:
        return money
    return [
        *money,
        Figure(gettext("Paid at the first sending"), percent(share)),
        Figure(
            gettext("Nine of ten arrived"), _day_said(days.within(found.promise, 90)),
            note=gettext("counted from the signed pay day"),
        ),
    ]  # fmt: skip


def money_trend(found: Overview) -> Picture:
    return _trend(
        found,
        About(
            "trend-money", gettext("Money by programme and month"), gettext("yuan"), "money",
            href=_file(found, "trend-money"),
        ),
        lambda one: one.amount_fen,
    )  # fmt: skip


def people_trend(found: Overview) -> Picture:
    note = gettext("Whoever has several of the other programmes is counted under each of them.")
    return _trend(
        found,
        About(
            "trend-people", gettext("People by programme and month"), gettext("people"),
            note=note if OTHERS in found.lines else "", href=_file(found, "trend-people"),
        ),
        lambda one: one.people,
    )  # fmt: skip


def township_grid(session: Session, found: Overview) -> Grid:
    """Return the townships in the order of their codes; darker is more money."""
    codes = sorted(found.places)
    names = names_of(session, [code.ljust(12, "0") for code in codes if code])
    most = max((one.amount_fen for one in found.places.values() if one), default=0)
    tiles, rows = [], []
    for code in codes:
        name = names.get(code.ljust(12, "0"), "") if code else gettext("place not known")
        one = found.places[code]
        if one is None:
            tiles.append(Tile(name, gettext("few; not told")))
            rows.append(Row([name, cell(None), None]))
            continue
        said = gettext("%(count)s payments") % {"count": number(one.payments)}
        shade = shade_of(one.amount_fen, most)
        tiles.append(Tile(name, yuan(one.amount_fen), said, shade))
        rows.append(Row([name, one.amount_fen, one.payments]))
    picture = Picture(
        name="townships",
        title=gettext("Money by township"),
        told=gettext("The darker, the more; the darkest is above four fifths of %(most)s yuan.")
        % {"most": yuan(most)},
        unit=gettext("yuan"),
        rows_high=0,
        columns=[
            Column(gettext("Township")),
            Column(gettext("Money"), "money", gettext("yuan")),
            Column(gettext("Payments"), "number"),
        ],
        rows=rows,
        href=_file(found, "townships"),
    )
    return Grid(picture, tiles)


def ages(found: Overview) -> Picture:
    """Return the age pyramid of the last month of the range that has one."""
    bands = [
        Band(
            f"{first}–{first + _YEARS - 1}" if first < _OLDEST else f"{_OLDEST}+",
            *(_people(found.ages, f"{sex}|{first}") for sex in _SEXES),
        )
        for first in range(0, _OLDEST + 1, _YEARS)
    ]
    unknown = found.ages.get("")
    note = gettext("At the end of %(month)s, by the household register.") % {
        "month": found.ages_month or "—"
    }
    if unknown:
        note += " " + gettext("Of %(count)s people it says no age.") % {
            "count": number(unknown.people)
        }
    return pyramid(
        About("ages", gettext("Recipients by age and sex"), gettext("people"), note=note, href=_file(found, "ages")),
        (gettext("men"), gettext("women")),
        bands,
    )  # fmt: skip


def promise(found: Overview) -> Picture:
    return _days(
        "promise",
        gettext("From the signed pay day to the card"),
        found,
        found.promise,
        days.AFTER_PROMISE,
    )


def month_end(found: Overview) -> Picture:
    return _days(
        "month-end",
        gettext("From the end of the month to the card"),
        found,
        found.month_end,
        days.AFTER_MONTH_END,
    )


def outcomes(found: Overview) -> Picture:
    """Return what became of each line's first sending."""
    known = [found.outcomes.get(one, Cell()) for one in OUTCOMES]
    sent = sum(one.payments for one in known if one)
    return bars(
        About("outcomes", gettext("What became of each payment"), gettext("payments"), href=_file(found, "outcomes")),
        [
            Part(
                gettext(_OUTCOMES[key]),
                one.payments if one else None,
                more=[percent(_TEN_THOUSAND * one.payments // sent) if one and sent else "—"],
            )
            for key, one in zip(OUTCOMES, known, strict=True)
        ],
        (gettext("Outcome"), gettext("Payments")),
        more=[Column(gettext("Share"))],
    )  # fmt: skip


def within(session: Session, found: Overview) -> str:
    """Return which part of the county it is of, or "" for all of it."""
    if not found.within:
        return ""
    codes = [one.division.ljust(12, "0") for one in found.within if one.division]
    names = [*names_of(session, codes).values()]
    if not all(one.division for one in found.within):
        names.append(gettext("your programmes"))
    return gettext(", ").join(names)


def picture_called(session: Session, found: Overview, name: str) -> Picture | None:
    """Return one picture by its name, or None."""
    made: dict[str, Callable[[], Picture]] = {
        "trend-money": lambda: money_trend(found),
        "trend-people": lambda: people_trend(found),
        "townships": lambda: township_grid(session, found).picture,
        "ages": lambda: ages(found),
        "promise": lambda: promise(found),
        "month-end": lambda: month_end(found),
        "outcomes": lambda: outcomes(found),
    }
    return made[name]() if name in made else None


def _trend(found: Overview, about: About, of: Callable[[Cell], int]) -> Picture:
    return trend(
        about,
        found.wanted.months,
        [
            Series(
                programme_name(code) if code else gettext("the other programmes together"),
                [None if one is None else of(one) for one in cells.values()],
            )
            for code, cells in found.lines.items()
        ],
    )


def _days(name: str, title: str, found: Overview, cells: Cells, ends: tuple[int, ...]) -> Picture:
    half, most = days.within(cells, 50), days.within(cells, 90)
    note = (
        gettext("Half of the payments had arrived %(half)s, nine of ten %(most)s.")
        % {"half": days.said(half), "most": days.said(most)}
        if half is not None and most is not None
        else ""
    )
    kind: Kind = "number"
    return bars(
        About(name, title, gettext("payments"), kind, note, _file(found, name)),
        days.classes(cells, ends),
        (gettext("Days"), gettext("Payments")),
    )


def _people(cells: Cells, key: str) -> int | None:
    found = cells.get(key, Cell())
    return None if found is None else found.people


def _day_said(value: int | None) -> str:
    return "—" if value is None else days.said(value)


def _file(found: Overview, name: str) -> str:
    asked = {
        "what": name,
        "from_month": str(found.wanted.first),
        "to_month": str(found.wanted.last),
        "programme": found.wanted.programme,
    }
    return f"/overview.csv?{urlencode(asked)}"
