"""The payroll sheet: its bytes, and every way a return sheet can be wrong."""

from __future__ import annotations

import re

import pytest

from bank_adapters import Reply, State, adapter_for
from tests.bank_adapters.makers import CARD, HEADER, Told, instruction, instructions, sheet, told

ADAPTER = adapter_for("ccb")
THREE = [Told("PAY0000001", "100.01"), Told("PAY0000002", "100.02"), Told("PAY0000003", "100.03")]


def read(text: str) -> Reply:
    """Read a sheet given as text."""
    return ADAPTER.read_reply("OAA.ret.txt", text.encode("gb18030"))


def fatal(reply: Reply) -> set[str]:
    """Return codes of fatal faults, having made sure nothing is handed out beside them."""
    codes = {one.code for one in reply.faults if one.fatal}
    if codes:
        assert reply.records == ()
    return codes


def test_the_sheet_has_nine_columns_a_header_and_a_closing_line() -> None:
    payments = [instruction(1), instruction(2, bank_code="105100000017", bank_name="建行支行")]
    lines = ADAPTER.write(HEADER, payments).content.decode("gb18030").split("\r\n")
    assert lines[0].split("|")[:4] == ["#建行代发", "1.0", "OAA-2026-11-01", "20261125"]
    assert lines[0].split("|")[8:10] == ["2", "200.03"]
    assert lines[1] == "序号|账号|户名|金额|跨行标识|行名|联行行号|摘要|备注"
    assert lines[2].split("|") == [
        "1", CARD, "阿依古丽·买买提", "100.01", "1", "工商银行安心支行", "102100099996",
        "高龄津贴 2026-11", "PAY0000001",
    ]  # fmt: skip
    assert lines[3].split("|")[4] == "0"
    assert lines[4:] == ["########|2|200.03", ""]


def test_rare_characters_travel_unchanged_in_gb18030() -> None:
    names = ["䶮秀英", "𬎆", "阿依古丽•买买提", "㛃龴"]
    content = ADAPTER.write(
        HEADER, [instruction(n, account_name=name) for n, name in enumerate(names)]
    ).content
    assert all(name in content.decode("gb18030") for name in names)


def test_a_character_whose_second_byte_is_the_delimiter_is_not_cut() -> None:
    # 黎 is no such character, but 亅 (81 7C) and others are.
    awkward = b"\x81\x7c\x82\x7c".decode("gb18030")
    assert ADAPTER.check(instruction(1, account_name=awkward)) == []
    text = sheet(THREE).replace("阿依古丽·买买提", awkward)
    reply = read(text)
    assert reply.faults == ()
    assert len(reply.records) == 3


def test_a_delimiter_in_a_name_is_refused() -> None:
    assert [one.code for one in ADAPTER.check(instruction(1, account_name="王|英"))] == [
        "delimiter_inside"
    ]


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("成功", State.PAID),
        ("失败", State.REJECTED),
        ("已退回", State.RETURNED),
        ("处理中", State.IN_TRANSIT),
        ("部分成功", State.UNKNOWN),
        ("交易超时", State.UNKNOWN),
        ("", State.UNKNOWN),
    ],
)
def test_each_result_word_means_one_thing_and_others_are_unknown(word: str, state: State) -> None:
    text = sheet(THREE, closing="########|3|300.06|2|200.05\r\n")
    text = text.replace("PAY0000001|成功|", f"PAY0000001|{word}|")
    if state is State.PAID:
        text = text.replace("|2|200.05", "|3|300.06")
    reply = read(text)
    assert reply.records[0].state is state
    assert {one.code for one in reply.faults} == (
        {"status_unknown"} if state is State.UNKNOWN else set()
    )


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        ("AC04 账户已销户", "AC04"),
        ("收款账户已销户", "AC04"),
        ("户名不符", "BE01"),
        ("无此账号", "AC01"),
        ("不明原因", "失败"),
    ],
)
def test_a_reason_in_words_finds_its_code(reason: str, code: str) -> None:
    said = [THREE[0]._replace(status="RJCT", words=reason)]
    (record,) = read(sheet(said)).records
    assert record.code == code
    assert record.reason in reason


def test_a_line_the_bank_left_out_is_silence() -> None:
    text = sheet(THREE, closing="########|2|200.04|2|200.04\r\n")
    text = re.sub(r"2\|[^\r]*PAY0000002[^\r]*\r\n", "", text)
    reply = read(text)
    assert [one.reference for one in reply.records] == ["PAY0000001", "PAY0000003"]
    assert reply.silence_means is State.IN_TRANSIT
    assert [one.code for one in reply.faults] == ["reply_incomplete"]
    assert (reply.totals.stated_count, reply.totals.listed_count) == (3, 2)


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("10001", "amount_without_decimals"),
        ("100.0", "amount_without_decimals"),
        ("100.", "amount_without_decimals"),
        ("100.010", "amount_too_precise"),
        ("1,000.01", "amount_thousands_separator"),
        ("100,01", "amount_thousands_separator"),
        ("１００．０１", "amount_full_width"),
        ("-100.01", "amount_negative"),
        ("(100.01)", "amount_negative"),
        ("+100.01", "amount_negative"),
        ("1.0001E2", "amount_scientific"),
        ("", "amount_missing"),
        ("0.00", "amount_zero"),
        ("一百元", "amount_malformed"),
        ("٣٤٫٠٠", "amount_malformed"),
    ],
)
def test_an_amount_in_any_other_form_is_a_fault(amount: str, code: str) -> None:
    text = sheet(THREE).replace("|100.01|1|", f"|{amount}|1|")
    reply = read(text)
    assert code in fatal(reply)
    found = next(one for one in reply.faults if one.code == code)
    assert (found.line, found.field, found.value) == (3, "金额", amount)


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("########|3|300.06|3|300.06\r\n", "", "trailer_missing"),
        ("########|3|", "########|2|", "count_differs"),
        ("########|3|300.06|", "########|3|300.07|", "total_differs"),
        ("########|3|300.06|", "########|3|30006.00|", "total_factor_100"),
        ("|3|300.06\r\n", "|2|300.06\r\n", "count_differs"),
        ("|3|300.06\r\n", "|3|1.00\r\n", "total_differs"),
        ("|3|300.06|高", "|2|300.06|高", "count_differs"),
        ("|3|300.06|高", "|3|300.05|高", "total_differs"),
        ("|3|300.06|高", "|x|300.06|高", "header_field_wrong"),
        ("#建行代发|1.0", "#建行代发|2.0", "header_field_wrong"),
        ("#建行代发", "#别的", "header_missing"),
        ("|OAA-2026-11-01|", "||", "file_reference_missing"),
        ("序号|账号|户名", "序号|户名|账号", "columns_differ"),
        ("处理结果|失败原因", "处理结果|失败原因|余额", "columns_differ"),
        ("|高龄津贴|PAY0000002", "|PAY0000002", "column_count_wrong"),
        ("|高龄津贴|PAY0000002", "|高|龄津贴|PAY0000002", "column_count_wrong"),
        ("PAY0000002", "PAY0000001", "reference_twice"),
        ("PAY0000002", "PAY 2", "reference_malformed"),
        ("\r\n2|", "\r\n1|", "serial_wrong"),
        ("\r\n2|", "\r\n4|", "serial_wrong"),
        ("\r\n2|" + CARD, "\r\n2|6.2226E+18", "account_malformed"),
        ("\r\n2|" + CARD, "\r\n2|" + CARD + "'", "account_malformed"),
        ("########|3|300.06|3|300.06\r\n", "########|3|300.06|3|300.06\r\nx", "trailer_not_last"),
    ],
)
def test_a_sheet_someone_touched_is_refused(before: str, after: str, code: str) -> None:
    text = sheet(THREE)
    assert before in text
    assert code in fatal(read(text.replace(before, after)))


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (sheet(THREE).encode("utf-8"), "encoding_wrong"),
        (sheet(THREE).encode("utf-8-sig"), "bom_inside"),
        (sheet(THREE).encode("utf-16"), "bom_inside"),
        (b"\x84\x31\x95\x33" + sheet(THREE).encode("gb18030"), "bom_inside"),
        (sheet(THREE).encode("gb18030").replace(b"|1|", b"|\xff|"), "encoding_wrong"),
        (sheet(THREE).encode("gb18030").replace(b"PAY", b"P\x00Y"), "encoding_wrong"),
        (sheet(THREE).encode("gb18030").rstrip(), "line_end_wrong"),
        (b"PK\x03\x04", "header_missing"),
    ],
    ids=["utf-8", "bom", "utf-16", "gb-bom", "bad-byte", "nul", "growing", "zip"],
)
def test_bytes_that_are_not_the_agreed_ones_are_refused(content: bytes, code: str) -> None:
    assert code in fatal(ADAPTER.read_reply("x", content))


def test_mojibake_already_inside_is_pointed_out() -> None:
    reply = read(sheet(THREE).replace("阿依古丽·买买提", "锟斤拷锟斤拷"))
    assert {one.code for one in reply.faults} == {"mojibake"}
    assert len(reply.records) == 3


def test_many_faults_are_all_told_with_their_lines() -> None:
    text = sheet(THREE).replace("100.01|1|", "-1.00|1|").replace("100.03|1|", "1.000|1|")
    found = {(one.code, one.line) for one in read(text).faults}
    assert {("amount_negative", 3), ("amount_too_precise", 5)} <= found


def test_the_banks_own_line_ends_do_not_matter() -> None:
    assert len(read(sheet(THREE).replace("\r\n", "\n")).records) == 3


def test_line_separators_of_other_scripts_do_not_split_a_line() -> None:
    reply = read(sheet(THREE).replace("工商银行安心支行", "工商\u2028银行\x85支\x1c行"))
    assert len(reply.records) == 3


def test_written_and_filled_in_by_hand_every_line_comes_back() -> None:
    payments = instructions(50)
    written = ADAPTER.write(HEADER, payments).content.decode("gb18030")
    head, columns, *rows, closing, _ = written.split("\r\n")
    total = closing.split("|")[2]
    filled = [head, columns + "|处理结果|失败原因", *(f"{row}|成功|" for row in rows)]
    reply = read("\r\n".join([*filled, f"{closing}|50|{total}", ""]))
    assert reply.faults == ()
    assert [(one.reference, one.amount_fen) for one in reply.records] == [
        (one.reference, one.amount_fen) for one in payments
    ]
    assert told(payments)[0].amount == "100.01"
