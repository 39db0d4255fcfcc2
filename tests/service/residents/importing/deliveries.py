"""Write deliveries for tests: a row of any feed with only what matters to the test stated."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import openpyxl
from stdnum import luhn
from stdnum.iso7064 import mod_11_10

from service.audit.actor import Actor
from service.residents import feeds
from service.residents.feeds import Column
from service.residents.identity.id_number import check_character

OFFICE = Actor(kind="department", id="民政")
BANK_CODE = "10533630001" + str(mod_11_10.calc_check_digit("10533630001"))
_TYPICAL = {
    "name": "王秀英",
    "date": "2020-01-05",
    "text": "甲",
    "yuan": "1175.50",
    "mu": "3.25",
    "sqm": "28.50",
    "bool": "是",
    "division": "330523151201",
    "bankcode": BANK_CODE,
    "month": "2026-10",
    "index": "52.35",
}


def number_of(person: int, birth: str = "19500105") -> str:
    """Return the ID number of a synthetic person, 0 to 999 a birth day."""
    body = f"330523{birth}{person:03d}"
    return body + check_character(body)


def card_of(person: int) -> str:
    """Return the card number of a synthetic person."""
    body = f"621700000{person:09d}"
    return body + str(luhn.calc_check_digit(body))


def certificate_of(person: int) -> str:
    """Return the birth certificate number of a synthetic newborn."""
    return f"Z{person:09d}"


def _typical(column: Column, person: int | str) -> str:
    if column.type == "id":
        return number_of(person) if isinstance(person, int) else person
    if column.type == "card":
        return card_of(person if isinstance(person, int) else 999)
    if column.type == "code":
        return next(iter(column.codes))
    if column.type == "certificate":
        return certificate_of(person if isinstance(person, int) else 999) if column.required else ""
    if column.type == "int":
        return str(column.minimum or 1)
    return _TYPICAL[column.type]


def row(feed: str, person: int | str, **cells: Any) -> list[Any]:
    """Return one row in the order of the feed's columns; ``cells`` by field.

    ``person`` is a synthetic person, or an ID number in whatever spelling.
    """
    columns = feeds.feed(feed).columns
    assert cells.keys() <= {column.field for column in columns}
    return [cells.get(column.field, _typical(column, person)) for column in columns]


def rows(feed: str, persons: Sequence[int], **cells: Any) -> list[list[Any]]:
    return [row(feed, person, **cells) for person in persons]


def headers(feed: str) -> list[str]:
    return [column.header for column in feeds.feed(feed).columns]


def csv_of(table: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter).writerows(table)
    return stream.getvalue().encode(encoding)


def delivery(feed: str, *table: Sequence[Any]) -> bytes:
    """Return a CSV of a feed with its own headers."""
    return csv_of([headers(feed), *table])


def xlsx_of(table: Sequence[Sequence[Any]], title: str = "名单") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for cells in table:
        sheet.append(list(cells))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()
