"""Every table profile: written by us, read by others; answered by others, read by us."""

from __future__ import annotations

import csv
import hashlib
import io
import zipfile
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from bank_adapters import CannotWrite, State, adapter_for
from bank_adapters.assign import assign
from bank_adapters.sheets.adapter import SheetAdapter
from bank_adapters.sheets.judge import told_apart
from bank_adapters.sheets.load import shipped
from bank_adapters.sheets.profile import SheetProfile
from tests.bank_adapters.filled_in import answer_name, filled_in
from tests.bank_adapters.makers import HEADER, Told, instruction, instructions, told

PROFILES = shipped()
every_profile = pytest.mark.parametrize("profile", PROFILES, ids=[one.name for one in PROFILES])
SHEETS = [one for one in PROFILES if one.in_sheet]


def cells_of(profile: SheetProfile, content: bytes) -> list[list[str]]:
    """Return every row of a written file as text, read by somebody else's reader."""
    if profile.packed:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read(archive.namelist()[0])
    if profile.in_sheet:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        rows = sheet.to_python(skip_empty_area=False)
        return [["" if cell == "" else _told(cell) for cell in row] for row in rows]
    lines = content.decode(profile.file_encoding).split(profile.line_end)
    assert lines.pop() == ""
    return [
        next(csv.reader([line], delimiter=profile.delimiter))
        if profile.quoted
        else line.split(profile.delimiter)
        for line in lines
    ]


def _told(cell: object) -> str:
    return cell if isinstance(cell, str) else str(Decimal(repr(cell)).normalize())


@every_profile
def test_what_is_written_stands_in_the_file_cell_by_cell(profile: SheetProfile) -> None:
    payments = [
        instruction(n, account_no=f"62226002600010{n:05d}", purpose=f"津贴{n}") for n in range(1, 8)
    ]
    written = SheetAdapter(profile).write(HEADER, payments)
    rows = cells_of(profile, written.content)
    shape = profile.written
    start = len(shape.header) + shape.titled
    if shape.titled:
        assert rows[start - 1][: len(shape.columns)] == [cell.name for cell in shape.columns]
    assert len(rows) == start + 7 + len(shape.trailer)
    for serial, (row, one) in enumerate(zip(rows[start:], payments, strict=False), start=1):
        found = {cell.value: text for cell, text in zip(shape.columns, row, strict=False)}
        assert found["account_no"] == one.account_no
        assert found["account_name"] == one.account_name
        unit = 1 if profile.amount_unit == "fen" else 100
        assert Decimal(found["amount"]) * unit == one.amount_fen
        assert found.get("serial", str(serial)) == str(serial)
        assert found.get("reference", one.reference) == one.reference
        assert found.get("bank_code", one.bank_code) == one.bank_code
        assert found.get("purpose", one.purpose) == one.purpose


@every_profile
def test_an_answer_to_what_was_written_brings_every_payment_home(profile: SheetProfile) -> None:
    payments = instructions(6)
    said = told(payments)
    said[1] = said[1]._replace(status="RJCT", code="AC04", words="账户已销户")
    said[2] = said[2]._replace(status="PDNG")
    content = filled_in(profile, said)
    reply = assign(SheetAdapter(profile).read_reply(answer_name(profile), content), payments)
    assert reply.faults == ()
    assert reply.file_reference == HEADER.file_reference
    assert [(one.reference, one.amount_fen) for one in reply.records] == [
        (one.reference, one.amount_fen) for one in payments
    ]
    assert [one.state for one in reply.records] == [
        State.PAID, State.REJECTED, State.IN_TRANSIT, State.PAID, State.PAID, State.PAID,
    ]  # fmt: skip
    reasons = any(cell.value == "reason" for cell in profile.answered.columns)
    assert not reasons or (reply.records[1].code, reply.records[1].reason) == ("AC04", "账户已销户")


@every_profile
def test_the_same_payments_give_the_same_bytes_under_the_banks_name(profile: SheetProfile) -> None:
    written = SheetAdapter(profile).write(HEADER, instructions(9))
    assert written == SheetAdapter(profile).write(HEADER, instructions(9))
    assert written.sha256 == hashlib.sha256(written.content).hexdigest()
    expected = {
        "p-count-total": "req_20261125_001.txt",
        "p-count-total-outer": "req_outer_20261125_001.txt",
        "icbc-bxt": "OAA-2026-11-01.bxt",
    }
    suffix = profile.file_name.rpartition(".")[2]
    assert written.name == expected.get(profile.name, f"OAA-2026-11-01.{suffix}")


def test_the_construction_banks_text_is_byte_for_byte_what_it_always_was() -> None:
    content = adapter_for("ccb").write(HEADER, instructions(50)).content
    # Of the code that stood here before the engine.
    before = "7958cc378e451a5c98ba95cc471c184550863059083e36a1771d8ca43ffe66fa"
    assert hashlib.sha256(content).hexdigest() == before


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        (
            "icbc-bxt",
            [
                "#ICBC",
                "#注意:本文件中的金额均以分为单位！",
                "#币种|日期|总计标志|总金额|总笔数|",
                "RMB|20261125|1|10001|1|",
                (
                    "RMB|20261125|2|1||||4000021209014411111|安心县财政局惠民专户|工商银行安心支行||||"
                    "6222600260001072444|阿依古丽·买买提|10001|高龄津贴 2026-11|PAY0000001|"
                ),
                "*",
            ],
        ),
        ("abc-payroll", ["6222600260001072444|100.01|阿依古丽·买买提|100.01|0||"]),
        (
            "cmbc-keys",
            [
                "ATNU:OAA-2026-11-01",
                "MICN:",
                "CUNM:安心县财政局惠民专户",
                "MIAC:4000021209014411111",
                "EYMD:20261125",
                "TOAM:100.01",
                "COUT:1",
                "6222600260001072444|100.01|阿依古丽·买买提|",
            ],
        ),
        (
            "cmbc-csv",
            [
                "收款账号,账户类型,户名,金额,用途",
                "6222600260001072444,0,阿依古丽·买买提,100.01,高龄津贴 2026-11",
            ],
        ),
        (
            "p-count-total",
            [
                "P|1|10001",
                "PAY0000001|6222600260001072444|阿依古丽·买买提|10001|高龄津贴 2026-11|OAA-2026-11-01",
                "########",
            ],
        ),
        (
            "p-count-total-outer",
            [
                "PO|1|10001",
                (
                    "PAY0000001|6222600260001072444|阿依古丽·买买提|102100099996|工商银行安心支行|10001"
                    "|高龄津贴 2026-11|OAA-2026-11-01"
                ),
                "########",
            ],
        ),
        (
            "ccb-transfer",
            [
                (
                    "1|安心县财政局惠民专户|4000021209014411111|102100099996|6222600260001072444"
                    "|阿依古丽·买买提||工商银行安心支行|||0|100.01|01|高龄津贴 2026-11"
                )
            ],
        ),
    ],
)
def test_a_banks_text_is_written_as_its_layout_says(name: str, lines: list[str]) -> None:
    adapter = adapter_for(name)
    assert isinstance(adapter, SheetAdapter)
    written = adapter.write(HEADER, [instruction()]).content.decode(adapter.profile.file_encoding)
    assert written == "".join(line + adapter.profile.line_end for line in lines)


def test_lanzhou_takes_five_lines_at_least_and_no_blank_in_a_name() -> None:
    adapter = adapter_for("lanzhou")
    with pytest.raises(CannotWrite, match="too_few_lines"):
        adapter.write(HEADER, instructions(4))
    with pytest.raises(CannotWrite, match="too_many_lines"):
        adapter.write(HEADER, instructions(1001))
    text = adapter.write(HEADER, instructions(5)).content.decode("gb18030")
    assert text.startswith("1|阿依古丽·买买提|6222600260001072444|100.01||\r\n")
    with_blank = instruction(1, account_name="阿依古丽 买买提")
    assert [one.code for one in adapter.check(with_blank) if one.fatal] == ["blank_inside"]
    with_id = instruction(1, payee_id_no="11010519491231002X")
    assert adapter.check(with_id) == []
    odd = adapter.check(instruction(1, payee_id_no="1101 05"))
    assert [one.code for one in odd] == ["id_number_malformed"]


@pytest.mark.parametrize("profile", SHEETS, ids=[one.name for one in SHEETS])
def test_accounts_and_codes_are_text_amounts_are_numbers_and_empty_cells_are_absent(
    profile: SheetProfile,
) -> None:
    content = SheetAdapter(profile).write(HEADER, instructions(5)).content
    if profile.container == "xls":
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        kinds = {type(cell) for cell in sheet.to_python()[1] if cell != ""}
        assert kinds == {str, float}
        return
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert all(one.date_time == (1980, 1, 1, 0, 0, 0) for one in archive.infolist())
        data = archive.read("xl/worksheets/sheet1.xml")
    assert b"inlineStr" not in data
    assert b"<v></v>" not in data
    rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    start = len(profile.written.header) + 2
    for cell, held in zip(profile.written.columns, rows[start], strict=False):
        if cell.value in {"account_no", "bank_code", "reference"}:
            assert (held.data_type, held.number_format) == ("s", "@")
        elif cell.value == "amount":
            assert (held.data_type, held.number_format) == ("n", "0.00")


@every_profile
def test_two_lines_an_answer_could_not_tell_apart_are_refused(profile: SheetProfile) -> None:
    alike = [instruction(n, amount_fen=10_000) for n in range(1, 6)]
    if told_apart(profile.answered):
        assert SheetAdapter(profile).write(HEADER, alike).count == 5
    else:
        with pytest.raises(CannotWrite, match="lines_alike"):
            SheetAdapter(profile).write(HEADER, alike)


def test_a_line_that_is_none_of_ours_refuses_the_answer() -> None:
    adapter = adapter_for("icbc-three-columns")
    assert isinstance(adapter, SheetAdapter)
    payments = instructions(3)
    content = filled_in(adapter.profile, told(payments))
    reply = adapter.read_reply(answer_name(adapter.profile), content)
    assert [one.reference for one in reply.records] == ["", "", ""]
    assert assign(reply, payments).believable
    other = [*payments[:2], replace(payments[2], amount_fen=1)]
    refused = assign(reply, other)
    assert [one.code for one in refused.faults] == ["line_not_ours"]
    assert (refused.records, refused.silence_means) == ((), State.UNKNOWN)


def test_a_numbered_line_must_hold_the_account_and_amount_of_that_number() -> None:
    adapter = adapter_for("lanzhou")
    assert isinstance(adapter, SheetAdapter)
    payments = instructions(5)
    reply = adapter.read_reply(
        answer_name(adapter.profile), filled_in(adapter.profile, told(payments)[:3])
    )
    home = assign(reply, payments)
    assert [one.reference for one in home.records] == [one.reference for one in payments[:3]]
    assert [one.code for one in home.faults] == ["reply_incomplete"]
    moved = [payments[1], payments[0], *payments[2:]]
    assert not assign(reply, moved).believable
    assert not assign(reply, payments[:2]).believable


def test_a_part_paid_is_not_paid() -> None:
    adapter = adapter_for("local-sheet")
    assert isinstance(adapter, SheetAdapter)

    def less(rows: list[list[str | Decimal | int]]) -> None:
        rows[1][4] = Decimal("50.00")

    content = filled_in(adapter.profile, [Told("PAY0000001", "100.01")], spoil=less)
    reply = adapter.read_reply(answer_name(adapter.profile), content)
    assert [one.state for one in reply.records] == [State.UNKNOWN]
    assert [(one.code, one.line) for one in reply.faults] == [("paid_amount_differs", 2)]


def test_limits_are_counted_in_bytes_of_the_banks_encoding() -> None:
    check = adapter_for("local-sheet").check
    assert check(instruction(account_name="王" * 30)) == []
    assert [one.code for one in check(instruction(account_name="王" * 30 + "a"))] == [
        "too_many_bytes"
    ]
    assert [one.code for one in check(instruction(reference="A" * 13))] == ["reference_malformed"]
    assert check(instruction(amount_fen=9_999_999_999)) == []
    assert [one.code for one in check(instruction(amount_fen=10_000_000_000))] == [
        "amount_over_limit"
    ]


def test_what_the_banks_encoding_lacks_is_refused_and_never_replaced() -> None:
    for character in "䶮㛃𬱖":
        found = adapter_for("icbc-bxt").check(instruction(account_name=f"王{character}"))
        assert [one.code for one in found] == ["charset_unsendable"]
        assert adapter_for("ccb-sheet").check(instruction(account_name=f"王{character}")) == []
