"""Every feed has a template that a department can fill in and that imports without a fault."""

import io
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from service.foundation.spreadsheets import Limits, open_spreadsheet
from service.residents import feeds
from service.residents.commands import app
from service.residents.feeds.template import template
from service.residents.importing import import_delivery
from service.residents.models import Delivery
from tests.service.residents.importing.deliveries import OFFICE, number_of, row

_CODES = sorted(feeds.every())
_WHOLE_SHARE_BP = 10_000


def _cells(code: str) -> dict[str, str]:
    """Return what a typical row needs besides: a percentage is at most 100, old is not new."""
    shares = {
        column.field: "50.25"
        for column in feeds.feed(code).columns
        if column.type == "index" and column.maximum == _WHOLE_SHARE_BP
    }
    return shares | ({"old": number_of(2)} if code == "GA_IDHIST" else {})


def _filled(code: str, *rows: list[Any]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(template(feeds.feed(code))))
    for cells in rows:
        book.worksheets[0].append(cells)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _typed(code: str) -> list[Any]:
    """Return a row whose days and numbers are typed in as days and numbers, as people do."""
    kinds: dict[str, Callable[[str], Any]] = {
        "date": date.fromisoformat,
        "int": int,
        "yuan": Decimal,
        "mu": Decimal,
        "sqm": Decimal,
    }
    cells = row(code, 1, **_cells(code))
    return [
        kinds.get(column.type, str)(cell) if cell else None
        for column, cell in zip(feeds.feed(code).columns, cells, strict=True)
    ]


def _import(session: Session, code: str, content: bytes) -> Delivery:
    delivery = import_delivery(session, code, content, "填报.xlsx", by=OFFICE)
    session.flush()
    return delivery


def _sheets(code: str) -> Iterator[Worksheet]:
    yield from openpyxl.load_workbook(io.BytesIO(template(feeds.feed(code)))).worksheets


@pytest.mark.parametrize("code", _CODES)
def test_a_filled_template_imports_whether_its_cells_are_text_or_typed(
    session: Session, code: str
) -> None:
    as_text = _import(session, code, _filled(code, row(code, 1, **_cells(code))))
    assert (as_text.state, as_text.rows_accepted, as_text.rows_rejected) == ("imported", 1, 0)
    assert as_text.filled.keys() == {column.field for column in feeds.feed(code).columns}
    typed = _import(session, code, _filled(code, _typed(code)))
    assert (typed.state, typed.rows_accepted, typed.rows_unchanged) == ("imported", 1, 1)


@pytest.mark.parametrize("code", _CODES)
def test_an_empty_template_holds_no_rows_and_no_faults(session: Session, code: str) -> None:
    delivery = _import(session, code, template(feeds.feed(code)))
    assert (delivery.state, delivery.rows_total, delivery.rows_rejected) == ("imported", 0, 0)
    assert delivery.notices.get("sheet_ignored") == 1


@pytest.mark.parametrize("code", _CODES)
def test_a_template_keeps_digits_offers_lists_and_marks_what_is_required(code: str) -> None:
    table, notes = _sheets(code)
    lists = {
        str(rule.sqref).split("2:")[0]: str(rule.formula1)
        for rule in table.data_validations.dataValidation
    }
    assert table.max_row == 1
    for cell, column in zip(table[1], feeds.feed(code).columns, strict=True):
        assert cell.value == column.header + ("*" if column.required else "")
        assert cell.comment is not None
        assert column.zh in cell.comment.text
        assert column.en in cell.comment.text
        dimension = table.column_dimensions[cell.column_letter]
        kept = {"date": "yyyy-mm-dd", "int": "0", "yuan": "0.00", "mu": "0.000", "sqm": "0.00"}
        expected = "0.00" if column.type == "index" else kept.get(column.type, "@")
        assert dimension.number_format == expected
        words = list(column.codes) if column.codes else ["是", "否"]
        picked = column.type in ("code", "bool")
        assert lists.get(cell.column_letter) == (f'"{",".join(words)}"' if picked else None)
    said = " ".join(str(cell) for cells in notes.values for cell in cells if cell)
    for column in feeds.feed(code).columns:
        assert column.zh in said
        assert all(meaning.en in said for meaning in column.meanings.values())


def test_an_empty_template_ends_nothing_that_is_known(session: Session) -> None:
    _import(session, "MZ_SA", _filled("MZ_SA", row("MZ_SA", 1)))
    empty = _import(session, "MZ_SA", template(feeds.feed("MZ_SA")))
    assert empty.state != "imported"
    assert empty.refusal is not None
    assert empty.refusal["sentence_zh"]


def test_no_sheet_of_a_template_is_hidden() -> None:
    found = open_spreadsheet(
        template(feeds.feed("MZ_SA")), Limits(file_bytes_max=10**6, rows_max=100)
    )
    assert [sheet.hidden for sheet in found.sheets] == [False, False]


def test_the_command_writes_a_template_once_and_never_over_a_file(tmp_path: Path) -> None:
    place = tmp_path / "低保.xlsx"
    runner = CliRunner()
    assert runner.invoke(app, ["template", "MZ_SA", "--output", str(place)]).exit_code == 0
    assert place.read_bytes()[:2] == b"PK"
    again = runner.invoke(app, ["template", "MZ_SA", "--output", str(place)])
    assert again.exit_code == 1
    assert "该文件已存在" in again.output
    unknown = runner.invoke(app, ["template", "XX_YY", "--output", str(tmp_path / "x.xlsx")])
    assert unknown.exit_code == 1
    assert "XX_YY" in unknown.output
