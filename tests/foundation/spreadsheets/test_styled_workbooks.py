"""A workbook that people sign: text stays text, amounts keep every fen, totals are formulas."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook

from service.foundation.spreadsheets import open_spreadsheet, styled
from service.foundation.spreadsheets.styled import Book, Col, Formula, WorkbookTooLong
from tests.foundation.spreadsheets.reckoning import Reckoned

COLUMNS = [Col("户名"), Col("账号"), Col("笔数", "number", is_summed=True), Col("金额（元）", "money", is_summed=True)]  # fmt: skip
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "＝1",
    "\t=1",
    "'=1",
    '=cmd|"/c calc"!A1',
    "王\u0001五",
]


def written(rows: list[tuple[str, str, int, int]]) -> bytes:
    book = Book("样例县")
    placed = book.table("明细", ("标题", "一行说明"), COLUMNS, rows, total="合计")
    book.table(
        "核对", ("核对", ""), [Col("项目"), Col("合计", "money")],
        [("全部", Formula(placed.sum_of("D")))],
    )  # fmt: skip
    return book.save()


def test_what_looks_like_a_formula_is_text_and_stays_exactly_so() -> None:
    content = written([(name, "6217001234567890128", 1, 1) for name in DANGEROUS])
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    for row_no, name in enumerate(DANGEROUS, start=4):
        cell = sheet.cell(row_no, 1)
        assert (cell.value, cell.data_type) == (name.replace("\u0001", "\ufffd"), "s")
        assert cell.number_format == "@"
        assert cell.quotePrefix
        account = sheet.cell(row_no, 2)
        assert (account.value, account.data_type) == ("6217001234567890128", "s")
    (read, _) = open_spreadsheet(content).sheets
    assert [cells[1] for row_no, cells in read.rows() if 4 <= row_no < 4 + len(DANGEROUS)] == [
        "6217001234567890128"
    ] * len(DANGEROUS)


def test_amounts_keep_every_fen_and_the_totals_are_formulas_that_say_so() -> None:
    amounts = [1, 10, 4_321_43, 99_999_999_999_99, -1_05, 0, 123_456_789_012_34]
    content = written([("甲", "x", number, fen) for number, fen in enumerate(amounts)])
    reckoned = Reckoned(content)
    column = reckoned.column("明细", "金额（元）")
    assert [int(one * 100) for one in column[:-1]] == amounts
    assert int(column[-1] * 100) == sum(amounts)
    assert str(column[3]) == "99999999999.99"
    assert reckoned.column("明细", "笔数")[-1] == sum(range(7))
    assert reckoned.value("核对", "B4") == column[-1]
    sheet = reckoned.book["明细"]
    assert sheet["D11"].value == "=SUM(D4:D10)"
    assert sheet["D11"].number_format == "#,##0.00"


def test_an_empty_table_adds_up_to_nothing_and_not_to_itself() -> None:
    reckoned = Reckoned(written([]))
    assert reckoned.column("明细", "金额（元）") == [0]
    assert reckoned.value("核对", "B4") == 0


def test_it_is_made_to_be_read_and_printed() -> None:
    content = written([("欧阳建国其其格", "6217001234567890128", 1, 1)] * 3)
    sheet: Any = load_workbook(io.BytesIO(content)).worksheets[0]
    assert sheet.freeze_panes == "A4"
    assert sheet.print_title_rows == "$1:$3"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.oddFooter.right.text == "&P / &N"
    assert sheet.auto_filter.ref == "A3:D6"
    assert sheet.column_dimensions["A"].width >= 14, "a Chinese character takes two digits' room"
    assert sheet.column_dimensions["B"].width >= 19
    assert sheet["A3"].font.bold


def test_more_rows_than_a_sheet_holds_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(styled, "ROWS_MAX", 5)
    with pytest.raises(WorkbookTooLong):
        written([("甲", "x", 1, 1)] * 3)
