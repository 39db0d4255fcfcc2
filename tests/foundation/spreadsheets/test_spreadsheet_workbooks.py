"""Workbooks are read as they were written: digits, types, positions, and what is hidden."""

import io
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
import python_calamine

from service.foundation.spreadsheets import Row, Spreadsheet, Typed, open_spreadsheet
from service.foundation.spreadsheets.refusals import SheetBroken
from service.foundation.spreadsheets.serials import date_of
from tests.foundation.spreadsheets.archives import MAIN, parts, text_cell, workbook, zipped


def _saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _written(*rows: list[Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    return _saved(book)


def _first(spreadsheet: Spreadsheet) -> list[Row]:
    return list(spreadsheet.sheets[0].rows())


def test_the_reader_agrees_with_an_independent_one_on_ordinary_workbooks() -> None:
    content = _written(
        ["公民身份号码", "姓名", "金额", "日期", "是否"],
        ["11010519491231002X", " 王 秀英\n", 1175.5, date(2026, 1, 5), True],
        [None, "𠮷", 3, datetime.fromisoformat("1999-12-31T13:20:00"), False],
        ["<&>\"'", "_x000D_", 0, None, None],
    )
    ours = [[_plain(cell) for cell in cells] for _, cells in _first(open_spreadsheet(content))]
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    theirs = [[_theirs(cell) for cell in row] for row in book.get_sheet_by_index(0).to_python()]
    assert [row + [""] * (5 - len(row)) for row in ours] == theirs


def _plain(cell: str | Typed) -> str:
    return cell if isinstance(cell, str) else cell.text


def _theirs(cell: object) -> str:
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float):
        return f"{cell:g}"
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def test_row_18_a_formula_is_seen_even_though_its_result_looks_like_a_value() -> None:
    cell = '<c r="A1" t="str"><f>"1"&amp;B1</f><v>11010519491231002X</v></c>'
    rows = _first(open_spreadsheet(workbook(f'<row r="1">{cell}</row>')))
    assert rows == [(1, [Typed("formula", "11010519491231002X")])]


def test_row_18_a_shared_formula_without_text_is_a_formula_too() -> None:
    cell = '<c r="A1"><f t="shared" si="0"/><v>3</v></c>'
    assert _first(open_spreadsheet(workbook(f'<row r="1">{cell}</row>')))[0][1] == [
        Typed("formula", "3")
    ]


def test_row_18_a_number_keeps_the_digits_of_the_file_and_never_becomes_a_float() -> None:
    cells = '<c r="A1"><v>1.10105E+17</v></c><c r="B1"><v>1175.0999999999999</v></c>'
    assert _first(open_spreadsheet(workbook(f'<row r="1">{cells}</row>')))[0][1] == [
        Typed("number", "1.10105E+17"),
        Typed("number", "1175.0999999999999"),
    ]


def test_row_18_hidden_sheets_hidden_rows_and_merged_blocks_are_told() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(1, 9):
        sheet.append([f"行{number}", "甲"])
    sheet.row_dimensions[3].hidden = True
    sheet.merge_cells("A4:A6")
    sheet.merge_cells("B6:B7")
    book.create_sheet("副本").sheet_state = "veryHidden"
    read = open_spreadsheet(_saved(book))
    assert [one.hidden for one in read.sheets] == [False, True]
    assert read.sheets[0].hidden_rows == 1
    assert read.sheets[0].merged == ((4, 7),)


def test_row_numbers_and_columns_are_those_that_people_see() -> None:
    data = f'<row r="3">{text_cell("B3", "甲")}{text_cell("D3", "乙")}</row><row r="9">{text_cell("A9", "丙")}</row>'
    assert _first(open_spreadsheet(workbook(data))) == [
        (3, ["", "甲", "", "乙"]),
        (9, ["丙"]),
    ]


def test_cells_and_rows_without_positions_follow_one_another() -> None:
    data = "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>"
    rows = _first(open_spreadsheet(workbook(data)))
    assert [(row_no, [_plain(cell) for cell in cells]) for row_no, cells in rows] == [
        (1, ["1", "2"]),
        (2, ["3"]),
    ]


@pytest.mark.parametrize(
    "data",
    [
        '<row r="2"/><row r="2"/>',
        '<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>',
        '<row r="1"><c r="A7"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>5</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1" t="zz"><v>5</v></c></row>',
        '<row r="1"><c r="A1"><v>5</v></row>',
    ],
)
def test_a_sheet_whose_cells_contradict_one_another_is_refused(data: str) -> None:
    with pytest.raises(SheetBroken, match="名单"):
        _first(open_spreadsheet(workbook(data)))


@pytest.mark.parametrize(
    ("serial", "said"),
    [
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("61", "1900-03-01"),
        ("46027", "2026-01-05"),
        ("46027.5555555556", "2026-01-05T13:20:00"),
        ("2958465", "9999-12-31"),
    ],
)
def test_day_numbers_become_civil_dates(serial: str, said: str) -> None:
    assert date_of(serial, from_1904=False) == Typed("date", said)


@pytest.mark.parametrize("serial", ["60", "0.5", "-1", "2958466", "1e9", "NaN", "x"])
def test_the_day_that_never_was_and_other_impossible_days_stay_numbers(serial: str) -> None:
    assert date_of(serial, from_1904=False) == Typed("number", serial)


def test_the_calendar_of_1904_is_counted_from_1904() -> None:
    assert date_of("44565", from_1904=True) == Typed("date", "2026-01-05")


def test_a_phonetic_guide_is_no_part_of_a_name_and_rich_text_is_one_text() -> None:
    rich = "<si><r><t>王</t></r><r><t>秀英</t></r><rPh sb='0' eb='1'><t>wang</t></rPh></si>"
    strings = f'<sst xmlns="{MAIN}">{rich}</sst>'
    cell = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    content = zipped({**parts(cell), "xl/sharedStrings.xml": strings})
    assert _first(open_spreadsheet(content)) == [(1, ["王秀英"])]
