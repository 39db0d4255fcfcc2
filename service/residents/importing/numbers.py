"""Read dates, whole numbers and amounts; amounts become whole fen, milli-mu or hundredths."""

import re
from datetime import date
from decimal import Context, Decimal

from service.foundation.spreadsheets import Cell, Typed
from service.residents.importing.faults import code_points
from service.residents.importing.reading import Read, Reading, as_written, trimmed

_TIME = r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?)?"
_SHAPES = (
    re.compile(rf"([0-9]{{4}})(?P<mark>[-/.])([0-9]{{1,2}})(?P=mark)([0-9]{{1,2}}){_TIME}"),
    re.compile(r"([0-9]{4})()([0-9]{2})([0-9]{2})"),
    re.compile(r"([0-9]{4})(年)([0-9]{1,2})月([0-9]{1,2})日"),
)
_MONTHS = (
    re.compile(r"([0-9]{4})[-/.]([0-9]{1,2})"),
    re.compile(r"([0-9]{4})([0-9]{2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月"),
    # A spreadsheet makes the first day of a month typed as one.
    re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-01{_TIME}"),
)
_YEARS = range(1850, 2201)
_WHOLE = re.compile("[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]{1,3})?")
_PLACES = {"yuan": 2, "sqm": 2, "index": 2, "mu": 3}
_AMOUNTS = {places: re.compile(rf"[0-9]{{1,10}}(?:\.[0-9]{{1,{places}}})?") for places in (2, 3)}
# A workbook keeps fifteen significant digits; the rest is the noise of its binary numbers
# (1175.1 is written as 1175.0999999999999).
_FIFTEEN = Context(prec=15)
_WHOLE_DIGITS_MAX = 10
_CANONICAL = frozenset("0123456789.")


def date_reader(latest: date | None) -> Read:
    """Return the reader of dates; ``latest`` is the last day allowed, if there is one."""

    def read(cell: Cell) -> Reading:
        notices: tuple[str, ...] = ()
        if isinstance(cell, str):
            text, notices = trimmed(cell)
        elif cell.kind in ("date", "number"):
            text = cell.text  # A number cell passes only if it reads 20260105.
        else:
            return Reading(None, "date_shape")
        for shape in _SHAPES:
            if found := shape.fullmatch(text):
                break
        else:
            return Reading(None, "date_shape")
        try:
            day = date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            return Reading(None, "date_impossible")
        if day.year not in _YEARS:
            return Reading(None, "date_impossible")
        if latest is not None and day > latest:
            return Reading(None, "date_future")
        if ":" in text:
            notices = (*notices, "time_dropped")
        return Reading(day.isoformat(), notices=notices)

    return read


def read_month(cell: Cell) -> Reading:
    """Read a month; what is kept is ``YYYY-MM``."""
    notices: tuple[str, ...] = ()
    if isinstance(cell, str):
        text, notices = trimmed(cell)
    elif cell.kind in ("date", "number"):
        text = cell.text  # A number cell passes only if it reads 202601.
    else:
        return Reading(None, "month_shape")
    found = next((match for shape in _MONTHS if (match := shape.fullmatch(text))), None)
    if found is None:
        return Reading(None, "month_shape")
    year, month = int(found[1]), int(found[2])
    if year not in _YEARS or not 1 <= month <= 12:
        return Reading(None, "month_shape")
    return Reading(f"{year:04}-{month:02}", notices=notices)


def int_reader(minimum: int | None, maximum: int | None) -> Read:
    """Return the reader of whole numbers within bounds."""

    def read(cell: Cell) -> Reading:
        text = _number_text(cell) if isinstance(cell, Typed) else cell
        if text.endswith(".0") and isinstance(cell, Typed):
            text = text[:-2]
        if not _WHOLE.fullmatch(text):
            return Reading(None, "number_shape", _strange(cell))
        return _within(int(text), minimum, maximum)

    return read


def amount_reader(unit: str, minimum: int | None, maximum: int | None) -> Read:
    """Return the reader of canonical decimals of a unit, kept as a whole number of its parts."""
    places = _PLACES[unit]
    shape = _AMOUNTS[places]

    def read(cell: Cell) -> Reading:
        text = _number_text(cell) if isinstance(cell, Typed) else as_written(cell)
        if not shape.fullmatch(text):
            detail = f"10 digits and {places} decimals{_strange(cell)}"
            return Reading(None, "amount_shape", detail)
        return _within(int(Decimal(text).scaleb(places)), minimum, maximum)

    return read


def _number_text(cell: Typed) -> str:
    """Return a number cell in plain digits without its binary noise; empty if it is none."""
    if cell.kind != "number" or not _NUMBER.fullmatch(cell.text):
        return ""
    number = _FIFTEEN.create_decimal(cell.text)
    if not -15 <= number.adjusted() < _WHOLE_DIGITS_MAX:
        return ""
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _strange(cell: Cell) -> str:
    """Return the code points that do not belong into a number, so that a person can see them."""
    if isinstance(cell, Typed):
        return ""
    # Letters are left out: in a shifted row they could be somebody's name.
    strange = "".join(one for one in cell if one not in _CANONICAL and not one.isalpha())
    return f" ({code_points(strange)})" if strange else ""


def _within(number: int, minimum: int | None, maximum: int | None) -> Reading:
    if minimum is not None and number < minimum:
        return Reading(None, "value_range", f"{minimum}–{maximum if maximum is not None else '…'}")
    if maximum is not None and number > maximum:
        return Reading(None, "value_range", f"{minimum or 0}–{maximum}")
    return Reading(number)
