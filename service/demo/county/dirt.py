"""Typing faults and copying faults in the departments' files, each listed in the truth."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from service.demo.county import id_numbers
from service.demo.county.cards import card_number
from service.demo.county.clock import Clock
from service.demo.county.columns import COLUMNS, id_position
from service.demo.county.dressing import DATE_SHAPES, spell_date
from service.demo.county.names import DOT_VARIANTS
from service.demo.county.rows.cells import Row
from service.demo.county.truth import Truth

_Spoil = Callable[[Row, int, random.Random], Row | None]
_REJECTED = "row rejected with a sentence naming file, row and column; not guessed"
_ACCEPTED = "normalised; the row is accepted"


@dataclass(frozen=True)
class Fault:
    """One kind of fault: `fit` tells which id numbers can carry it, `spoil` makes it.

    `spoil` changes the row in place and may return a second row to follow it.
    """

    category: str
    feeds: tuple[str, ...]
    share: float
    expected: str
    spoil: _Spoil
    fit: Callable[[str], bool] = bool


def _on_id(change: Callable[[str], str | int]) -> _Spoil:
    """Return a fault that rewrites the id cell."""

    def spoil(row: Row, position: int, _rng: random.Random) -> None:
        row[position] = change(str(row[position]))

    return spoil


def _copy(row: Row, _position: int, _rng: random.Random) -> Row:
    """Return the same row once more."""
    return list(row)


def _contradict(place: int, values: tuple[str, ...]) -> _Spoil:
    """Return a fault that repeats the row with another value in one column."""

    def spoil(row: Row, _position: int, rng: random.Random) -> Row:
        other = list(row)
        other[place] = rng.choice([value for value in values if value != row[place]])
        return other

    return spoil


def _second_card(row: Row, _position: int, rng: random.Random) -> Row:
    """Return the row once more with another account of the same bank."""
    other = list(row)
    bank = {"105": 0, "102": 1, "103": 2, "402": 3}[str(row[3])[:3]]
    other[2] = card_number(bank, 900_000_000 + rng.randrange(1_000_000))
    return other


def _empty(place: int) -> _Spoil:
    """Return a fault that leaves a required cell empty."""

    def spoil(row: Row, _position: int, _rng: random.Random) -> None:
        row[place] = None

    return spoil


def _ends_in_digit(number: str) -> bool:
    return number[17:].isdecimal()


FAULTS = (
    Fault(
        "id_15_digits", ("MZ_ELD", "TY_SERV", "SL_MIG", "NY_LAND"), 0.002,
        "converted to 18 digits; the same person, never a second one",
        _on_id(id_numbers.legacy_15), lambda number: number[6:8] == "19",
    ),
    Fault(
        "id_wrong_check", ("MZ_ELD", "CL_CERT", "XZ_COLL", "RS_INS"), 0.0006, _REJECTED,
        _on_id(id_numbers.wrong_check),
    ),
    Fault("id_full_width", ("MZ_SA", "XZ_COLL"), 0.003, _ACCEPTED, _on_id(id_numbers.full_width)),
    Fault(
        "id_lower_x", ("NY_LAND", "MZ_CHECK", "CL_CERT"), 0.002, _ACCEPTED, _on_id(str.lower),
        lambda number: number.endswith("X"),
    ),
    Fault("id_with_spaces", ("XZ_COLL", "SL_MIG"), 0.003, _ACCEPTED, _on_id(id_numbers.spaced)),
    Fault(
        "id_formula_cell", ("TY_PREF",), 0.0, _REJECTED, _on_id(lambda number: f'="{number}"')
    ),
    Fault("id_numeric_cell", ("CL_SERV",), 0.0, _REJECTED, _on_id(int), _ends_in_digit),
    Fault("required_missing", ("MZ_ELD",), 0.001, _REJECTED, _empty(4)),
    Fault("required_missing", ("CL_CERT",), 0.001, _REJECTED, _empty(6)),
    Fault("required_missing", ("TY_SERV",), 0.001, _REJECTED, _empty(3)),
    Fault("required_missing", ("RS_CARD",), 0.0001, _REJECTED, _empty(3)),
    Fault(
        "duplicate_exact", ("GA_HUKOU", "RS_CARD", "CL_CERT", "NY_LAND"), 0.0002,
        "one row is kept, the repetition is counted", _copy,
    ),
    Fault(
        "duplicate_conflicting", ("CL_CERT",), 0.001,
        "the rows contradict one another: neither is used; task for the department",
        _contradict(4, ("一级", "二级", "三级", "四级")),
    ),
    Fault(
        "duplicate_conflicting", ("MZ_ELD",), 0.001,
        "the rows contradict one another: neither is used; task for the department",
        _contradict(2, ("轻", "中", "重")),
    ),
    Fault(
        "duplicate_conflicting", ("RS_CARD",), 0.0001,
        "two accounts for one person: neither is used; hold", _second_card,
    ),
)  # fmt: skip


def soil(feed: str, rows: list[Row], clock: Clock, snap: int, truth: Truth) -> list[Row]:
    """Return the rows with this feed's faults; people with another plant are left alone."""
    rng = clock.rng(f"dirt {feed} {snap}")
    position = id_position(feed)
    _mix_dates(feed, rows, rng, truth, clock.folder(snap))
    _vary_dots(feed, rows, truth, clock.folder(snap))
    following: dict[int, Row] = {}
    spoiled: set[int] = set()
    for fault in FAULTS:
        if feed not in fault.feeds:
            continue
        fitting = [
            place
            for place, row in enumerate(rows)
            if place not in spoiled
            and str(row[position]) not in truth.protected
            and fault.fit(str(row[position]))
        ]
        count = min(len(fitting), max(1, round(len(rows) * fault.share)))
        for drawn in rng.sample(fitting, count):
            place = _aside(drawn, fitting, rows, position, spoiled, truth)
            number = str(rows[place][position])
            truth.add(
                fault.category,
                number,
                f"{fault.category} in {feed}",
                fault.expected,
                feed=feed,
                on=clock.folder(snap),
            )
            truth.protect(number)
            spoiled.add(place)
            extra = fault.spoil(rows[place], position, rng)
            if extra is not None:
                following[place] = extra
    if not following:
        return rows
    return [
        line
        for place, row in enumerate(rows)
        for line in ((row, following[place]) if place in following else (row,))
    ]


def _aside(
    drawn: int, fitting: list[int], rows: list[Row], position: int, spoiled: set[int], truth: Truth
) -> int:
    """Return the drawn row, or the next fitting one where the person was set apart since."""
    if drawn not in spoiled and str(rows[drawn][position]) not in truth.apart:
        return drawn
    after = fitting.index(drawn) + 1
    return next(
        place
        for place in (*fitting[after:], *fitting[:after])
        if place not in spoiled and str(rows[place][position]) not in truth.apart
    )


_MIXED = ("MZ_CREM", "MZ_SA", "XZ_COLL")


def _mix_dates(feed: str, rows: list[Row], rng: random.Random, truth: Truth, month: str) -> None:
    """Type half of the dates of careless departments as text in one of four shapes."""
    if feed not in _MIXED:
        return
    dates = [p for p, column in enumerate(COLUMNS[feed]) if column.kind == "date"]
    shapes = list(DATE_SHAPES)
    told: set[str] = set()
    for row in rows:
        for place in dates:
            cell = row[place]
            if not isinstance(cell, date) or rng.random() < 0.5:
                continue
            shape = rng.choice(shapes)
            row[place] = spell_date(cell, shape)
            if shape not in told:
                told.add(shape)
                what = f"{COLUMNS[feed][place].header} typed as {row[place]}"
                number = str(row[id_position(feed)])
                truth.add("date_as_text", number, what, _ACCEPTED, feed=feed, on=month)


def _vary_dots(feed: str, rows: list[Row], truth: Truth, month: str) -> None:
    """Let card office and bank write the middle dot of minority names in their own ways."""
    if feed not in {"RS_CARD", "BK_RET"}:
        return
    dot = DOT_VARIANTS[0] if feed == "RS_CARD" else DOT_VARIANTS[1]
    position = id_position(feed)
    for row in rows:
        if "·" in str(row[1]):
            row[1] = str(row[1]).replace("·", dot)
            truth.add(
                "name_dot_variant",
                str(row[position]),
                f"dot typed as U+{ord(dot):04X}",
                "same name after normalising to U+00B7",
                feed=feed,
                on=month,
            )
