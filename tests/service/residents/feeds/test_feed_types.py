"""Certificates, months and index numbers are read as people write them, and never guessed."""

from datetime import date

import pytest

from service.foundation.spreadsheets import Cell, Typed
from service.residents.feeds import Column
from service.residents.feeds.definition import Type
from service.residents.importing.reading import Reading
from service.residents.importing.values import reader_of


def _read(kind: Type, cell: Cell, maximum: int | None = None) -> Reading:
    column = Column("field", "列", kind, "甲", "A", maximum=maximum)
    return reader_of(column, date(2026, 11, 23))(cell)


@pytest.mark.parametrize("written", ["Z012345678", "z012345678", " Z012345678 ", "Z０12345678"])
def test_a_certificate_is_one_letter_and_nine_digits(written: str) -> None:
    assert _read("certificate", written).value == "Z012345678"


@pytest.mark.parametrize(
    "written", ["012345678", "Z01234567", "Z0123456789", "ZZ12345678", "Ж012345678", "Z01234567٣"]
)
def test_anything_else_is_no_certificate(written: str) -> None:
    assert _read("certificate", written) == Reading(None, "certificate_shape")


def test_a_certificate_typed_as_a_number_has_lost_its_letter() -> None:
    assert _read("certificate", Typed("number", "12345678")).fault == "certificate_shape"


@pytest.mark.parametrize(
    "written",
    ["2026-01", "2026-1", "2026/01", "2026.1", "202601", "2026年1月", "2026-01-01", " 2026-01"],
)
def test_a_month_is_kept_in_one_form(written: str) -> None:
    assert _read("month", written).value == "2026-01"


@pytest.mark.parametrize(
    ("kind", "text"),
    [("date", "2026-01-01 00:00:00"), ("date", "2026-01-01"), ("number", "202601")],
)
def test_a_month_that_a_spreadsheet_typed_is_understood(kind: str, text: str) -> None:
    cell = Typed("date", text) if kind == "date" else Typed("number", text)
    assert _read("month", cell).value == "2026-01"


@pytest.mark.parametrize(
    "written", ["2026-13", "2026-00", "2026-01-15", "1700-01", "一月", "26-01"]
)
def test_a_day_or_a_month_that_is_none_is_refused(written: str) -> None:
    assert _read("month", written) == Reading(None, "month_shape")


@pytest.mark.parametrize(("written", "kept"), [("102.35", 10235), ("102.3", 10230), ("98", 9800)])
def test_an_index_is_kept_in_hundredths(written: str, kept: int) -> None:
    assert _read("index", written).value == kept
    assert _read("index", Typed("number", written)).value == kept


def test_an_index_has_bounds_in_hundredths_and_two_decimals() -> None:
    assert _read("index", "100.01", maximum=10_000).fault == "value_range"
    assert _read("index", "100", maximum=10_000).value == 10_000
    assert _read("index", "100.123").fault == "amount_shape"
    assert _read("index", "-1").fault == "amount_shape"
