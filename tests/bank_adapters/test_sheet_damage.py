"""Workbooks and archives as clerks, spreadsheets and attackers leave them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bank_adapters import State
from bank_adapters.sheets import old_workbook_in, workbook_in
from bank_adapters.sheets.workbook_in import number_text
from tests.bank_adapters.filled_in import Cells, filled_in
from tests.bank_adapters.makers import CARD, Told
from tests.bank_adapters.spoiling import (
    SAID,
    Spoil,
    put,
    read,
    rebuilt,
    refused,
    sheet_adapter,
    spoiled,
)

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
ACCOUNT, AMOUNT, BANK_CODE, REFERENCE = 1, 3, 6, 8  # Columns of the construction bank's sheet.


@pytest.mark.parametrize("name", ["ccb-sheet", "rural-card", "icbc-batch-sheet"])
def test_the_same_answer_untouched_is_believed(name: str) -> None:
    assert [one.state for one in spoiled(lambda _: None, name).records] == [
        State.PAID,
        State.REJECTED,
        State.IN_TRANSIT,
    ]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        (ACCOUNT, 6222600260001072444, "number_not_text"),
        (ACCOUNT, 6.222600260001072e18, "number_not_text"),
        (ACCOUNT, "6.2226E+18", "account_malformed"),
        (ACCOUNT, "'" + CARD, "account_malformed"),
        (ACCOUNT, CARD + " ", "account_malformed"),
        (ACCOUNT, "６２２２６００２６０００１０７２４４４", "account_malformed"),
        (ACCOUNT, None, "account_malformed"),
        (ACCOUNT, True, "cell_kind_wrong"),
        (BANK_CODE, 102100099996, "number_not_text"),
        (REFERENCE, 12345, "number_not_text"),
        (REFERENCE, "", "reference_malformed"),
        (REFERENCE, "PAY0000002", "reference_twice"),
        (AMOUNT, "1,000.01", "amount_thousands_separator"),
        (AMOUNT, "１００．０１", "amount_full_width"),
        (AMOUNT, "1.0001E2", "amount_scientific"),
        (AMOUNT, "100,01", "amount_thousands_separator"),
        (AMOUNT, "10001", "amount_without_decimals"),
        (AMOUNT, -100.01, "amount_negative"),
        (AMOUNT, 100.011, "amount_too_precise"),
        (AMOUNT, 0, "amount_zero"),
        (AMOUNT, None, "amount_missing"),
        (AMOUNT, "=50+50.01", "formula_cell"),
        (AMOUNT, date(2026, 11, 25), "cell_kind_wrong"),
        (AMOUNT, "一百元", "amount_malformed"),
        (0, 7, "serial_wrong"),
        (0, None, "serial_wrong"),
        (9, "=A1", "formula_cell"),
    ],
)
def test_a_cell_that_is_not_what_it_must_be_refuses_the_sheet(
    column: int, value: object, code: str
) -> None:
    reply = spoiled(put(1, column, value))
    refused(reply, code)
    # What repeats or falls behind is told at the later of two lines.
    later = {"reference_twice", "serial_wrong"}
    lines = {one.line for one in reply.faults if one.code == code}
    assert lines <= ({2, 3, 4} if code in later else {2})


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("100.01", "100.01"),
        ("1.1000000000000001", "1.1"),
        ("100.00999999999999", "100.01"),
        ("1E2", "100"),
        ("1.0001E+2", "100.01"),
        ("12345678901.1", "12345678901.1"),
        ("1.005", "1.005"),
        ("-0", "0"),
    ],
)
def test_a_stored_number_is_what_a_spreadsheet_shows(written: str, read_as: str) -> None:
    assert number_text(written) == read_as


@pytest.mark.parametrize("written", ["NaN", "Infinity", "1E400", "0x10", "１", " ", "1_0"])
def test_what_is_no_number_is_a_broken_workbook(written: str) -> None:
    part = f'<worksheet><sheetData><row r="1"><c><v>{written}</v></c></row></sheetData></worksheet>'
    table = workbook_in.rows_of(rebuilt({"xl/worksheets/sheet1.xml": part.encode()}), 100)
    assert [one.code for one in table.faults] == ["workbook_broken"]


def shuffled(rows: list[Cells]) -> None:
    """Swap two columns everywhere, titles too."""
    for row in rows:
        row[1], row[2] = row[2], row[1]


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (shuffled, "columns_differ"),
        (lambda rows: [row.insert(2, "x") for row in rows], "columns_differ"),
        (put(0, AMOUNT, "金额（元）"), "columns_differ"),
        (lambda rows: rows.insert(0, ["代发清单"]), "columns_differ"),
        (lambda rows: rows.pop(0), "columns_differ"),
        (lambda rows: rows[1].append("多"), "column_count_wrong"),
        (lambda rows: rows.append(["合计", "", "", Decimal("300.06")]), "serial_wrong"),
        (lambda rows: rows.append(rows[1]), "reference_twice"),
        (lambda rows: rows.__setitem__(slice(1, None), []), "nothing_listed"),
        (lambda rows: rows.reverse(), "columns_differ"),
        (lambda rows: rows.__setitem__(slice(1, None), rows[:0:-1]), "serial_wrong"),
    ],
    ids=["shuffled", "extra", "renamed", "title", "no-titles", "wider", "total", "twice", "empty",
         "upside-down", "reordered"],
)  # fmt: skip
def test_another_table_is_refused(spoil: Spoil, code: str) -> None:
    refused(spoiled(spoil), code)


@pytest.mark.parametrize("name", ["ccb-sheet", "icbc-batch-sheet"])
def test_empty_rows_and_columns_of_blanks_mean_nothing(name: str) -> None:
    def spoil(rows: list[Cells]) -> None:
        rows.extend([[], ["", " ", ""], []])
        rows[1].extend(["", ""])

    assert spoiled(spoil, name).faults == ()


def test_a_hundredfold_total_is_told_as_mixed_units() -> None:
    profile = sheet_adapter("rural-card").profile

    def spoil(rows: list[Cells]) -> None:
        rows[-1][5] = Decimal(30006)

    refused(read("rural-card", filled_in(profile, SAID, spoil=spoil)), "total_factor_100")


def book(change: Callable[[Any, Any], None]) -> bytes:
    """Return the construction bank's answer, changed with openpyxl."""
    content = filled_in(sheet_adapter("ccb-sheet").profile, SAID)
    opened = openpyxl.load_workbook(io.BytesIO(content))
    change(opened, opened.active)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


def test_merged_cells_between_payments_are_refused_and_above_them_are_not() -> None:
    refused(read("ccb-sheet", book(lambda _, sheet: sheet.merge_cells("B2:B3"))), "merged_cells")
    below = book(lambda _, sheet: sheet.merge_cells("B9:C9"))
    assert read("ccb-sheet", below).believable


def test_the_first_visible_sheet_is_read_and_a_chart_of_notes_is_not() -> None:
    def hidden_before(opened: Any, _: Any) -> None:
        notes = opened.create_sheet("说明", 0)
        notes["A1"] = "内部"
        notes.sheet_state = "hidden"
        opened.active = 1
        opened.create_sheet("附注")["A1"] = "=1/0"

    assert len(read("ccb-sheet", book(hidden_before)).records) == 3


def test_macros_are_carried_along_and_never_looked_at() -> None:
    content = rebuilt({"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 Sub Auto_Open()"})
    assert len(read("ccb-sheet", content).records) == 3


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (rebuilt({}, without="xl/workbook.xml"), "workbook_broken"),
        (rebuilt({}, without="xl/_rels/workbook.xml.rels"), "workbook_broken"),
        (rebuilt({}, without="xl/worksheets/sheet1.xml"), "workbook_broken"),
        (rebuilt({"xl/worksheets/sheet1.xml": b"<worksheet><sheetData>"}), "workbook_broken"),
        (rebuilt({"xl/worksheets/sheet1.xml": b"\x00" * 100}), "workbook_broken"),
        (rebuilt({"xl/workbook.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><workbook/>"}), "dtd_refused"),
        (b"PK\x03\x04" + b"\x00" * 200, "archive_broken"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 3000, "workbook_broken"),
        ("序号,账号".encode("gb18030"), "workbook_broken"),
    ],
)
def test_what_is_no_workbook_is_refused(content: bytes, code: str) -> None:
    refused(read("ccb-sheet", content), code)


@pytest.mark.parametrize(
    "cells",
    [
        '<c r="XFD1"><v>1</v></c>',
        '<c r="A1"/><c r="A1"/>',
        '<c r="a1"><v>1</v></c>',
        '<c r="1A"><v>1</v></c>',
        '<c t="s"><v>9999999</v></c>',
        '<c t="s"><v>-99</v></c>',
        '<c t="s"><v>x</v></c>',
    ],
)
def test_cells_that_are_nowhere_break_the_workbook_and_take_no_memory(cells: str) -> None:
    part = f'<worksheet><sheetData><row r="1048576">{cells}</row></sheetData></worksheet>'
    refused(
        read("ccb-sheet", rebuilt({"xl/worksheets/sheet1.xml": part.encode()})), "workbook_broken"
    )


def old_book(change: Callable[[Any], None]) -> bytes:
    """Return a three-column answer as .xls with one cell changed."""
    opened = xlwt.Workbook(encoding="utf-8")
    sheet = opened.add_sheet("Sheet1", cell_overwrite_ok=True)
    for column, title in enumerate(("账号", "户名", "金额", "处理结果", "失败原因")):
        sheet.write(0, column, title)
    for column, value in enumerate((CARD, "王秀英", Decimal("100.01"), "成功")):
        sheet.write(1, column, value)
    change(sheet)
    out = io.BytesIO()
    opened.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda sheet: sheet.write(1, 0, 6222600260001072444.0), "number_not_text"),
        (lambda sheet: sheet.write(1, 2, 100.011), "amount_too_precise"),
        (lambda sheet: sheet.write(1, 2, 1e300), "workbook_broken"),
        (lambda sheet: sheet.write_merge(1, 2, 1, 1, "王秀英"), "merged_cells"),
    ],
)
def test_an_old_workbook_is_judged_alike(change: Callable[[Any], None], code: str) -> None:
    assert len(read("icbc-three-columns", old_book(lambda _: None)).records) == 1
    refused(read("icbc-three-columns", old_book(change)), code)


def test_an_old_workbook_that_lacks_a_sector_or_is_damaged_is_refused_or_read_right() -> None:
    whole = old_book(lambda _: None)
    assert old_workbook_in.complete(whole)
    for cut in (512, 1536, len(whole) - 512, len(whole) - 1):
        assert not read("icbc-three-columns", whole[:cut]).believable
    for at in (600, 1100, 1700):
        broken = whole[:at] + b"\xff" * 8 + whole[at + 8 :]
        reply = read("icbc-three-columns", broken)
        assert {(one.account_no, one.amount_fen) for one in reply.records} <= {(CARD, 10_001)}


@FEW
@given(content=st.binary(max_size=400))
def test_any_bytes_after_a_magic_number_end_in_a_fault(content: bytes) -> None:
    for name in ("ccb-sheet", "rural-card-zip"):
        assert not read(name, b"PK\x03\x04" + content).believable


values = st.one_of(
    st.none(),
    st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=12),
    st.integers(-(10**12), 10**12),
    st.decimals(-1000, 1000, places=3, allow_nan=False),
    st.booleans(),
)


@FEW
@given(row=st.integers(1, 3), column=st.integers(0, 10), value=values)
def test_any_value_in_any_cell_ends_in_a_fault_or_in_what_stands_there(
    row: int, column: int, value: object
) -> None:
    reply = spoiled(put(row, column, value))
    if not reply.believable:
        assert (reply.records, reply.silence_means) == ((), State.UNKNOWN)
        return
    references = [one.reference for one in reply.records]
    assert len(set(references)) == len(references)
    for one in reply.records:
        if one.line != row + 1:
            assert Told(one.reference, f"{(one.amount_fen or 0) / 100:.2f}") in [
                said._replace(status="ACSC", code="", words="") for said in SAID
            ]
    paid = [one.reference for one in reply.records if one.state is State.PAID]
    assert len(paid) <= 1 or column == 9
