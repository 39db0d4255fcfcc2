"""Excel 97–2003 workbooks are read as far as their format can be believed, and safely refused beyond."""

import io
import random
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
import xlwt

from service.foundation.spreadsheets import (
    FileRefused,
    Limits,
    Typed,
    old_workbook,
    open_spreadsheet,
)


def _book(*rows: list[Any], hidden: bool = False, merged: bool = False) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for row_no, row in enumerate(rows):
        for column, value in enumerate(row):
            if isinstance(value, date):
                sheet.write(row_no, column, value, day)
            else:
                sheet.write(row_no, column, value)
    if merged:
        sheet.write_merge(len(rows), len(rows) + 1, 0, 0, "并")
    other = book.add_sheet("旧")
    other.write(0, 0, "x")
    other.visibility = 1 if hidden else 0
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_texts_numbers_dates_and_truths_arrive_as_what_they_are() -> None:
    content = _book(
        ["姓名", "数", "日期", "是"], ["王秀英", 1175.5, date(2026, 1, 5), True], ["", 3]
    )
    book = open_spreadsheet(content)
    assert book.encoding == "xls"
    rows = list(book.sheets[0].rows())
    assert rows[0] == (1, ["姓名", "数", "日期", "是"])
    assert rows[1] == (
        2,
        ["王秀英", Typed("number", "1175.5"), Typed("date", "2026-01-05"), Typed("bool", "TRUE")],
    )
    assert rows[2] == (3, ["", Typed("number", "3")])


def test_an_id_number_typed_as_a_number_arrives_as_a_number_not_as_a_text() -> None:
    rows = list(open_spreadsheet(_book([330523195001050021.0])).sheets[0].rows())
    cell = rows[0][1][0]
    assert isinstance(cell, Typed)
    assert cell.kind == "number"


def test_hidden_sheets_and_merged_blocks_are_seen() -> None:
    book = open_spreadsheet(_book(["a"], hidden=True, merged=True))
    assert [sheet.hidden for sheet in book.sheets] == [False, True]
    assert book.sheets[0].merged == ((2, 3),)


def test_a_file_that_sends_a_reader_into_an_endless_loop_is_ended(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(old_workbook, "_SECONDS_MAX", 0.01)
    with pytest.raises(FileRefused, match="BIFF"):
        open_spreadsheet(_book(["a"]))


def test_a_sheet_may_be_read_twice() -> None:
    sheet = open_spreadsheet(_book(["a"], ["b"])).sheets[0]
    assert list(sheet.rows()) == list(sheet.rows())


def test_more_rows_or_columns_than_allowed_are_refused() -> None:
    content = _book(*[["a", "b", "c"]] * 5)
    with pytest.raises(FileRefused):
        list(open_spreadsheet(content, Limits(rows_max=4)).sheets[0].rows())
    with pytest.raises(FileRefused):
        list(open_spreadsheet(content, Limits(columns_max=2)).sheets[0].rows())


@pytest.mark.parametrize("seed", range(12))
def test_damaged_workbooks_are_refused_or_read_but_never_crash(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_workbook, "_SECONDS_MAX", 5)
    rng = random.Random(seed)
    content = bytearray(_book(["姓名", "数"], *[["王秀英", 3.5]] * 20))
    for _ in range(rng.randint(1, 40)):
        content[rng.randrange(8, len(content))] = rng.randrange(256)
    if rng.random() < 0.3:
        del content[rng.randrange(600, len(content)) :]
    with suppress(FileRefused):
        for sheet in open_spreadsheet(bytes(content)).sheets:
            assert all(number >= 1 for number, _ in sheet.rows())
