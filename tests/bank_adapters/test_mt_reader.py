"""MT940 and MT942: to the letter, adding up, or nothing at all."""

from __future__ import annotations

from datetime import date

import pytest

from bank_adapters import EntryKind, State
from bank_adapters.formats import ReadFile, read_bytes
from bank_adapters.mt.reader import read_statements
from bank_adapters.registry import format_for

PAID = ":61:2611251125D100,NMSCPAY0000001//B1\n:86:高龄津贴\n"
BACK = ":61:2611261126C60,5NTRFPAY0000002//B2\n:86:退汇 AC04 账户已销户\n"


def day(
    lines: str = PAID + BACK, *, opening: str = "C261125CNY1000,00", closing: str = "C261126CNY960,50",
    number: str = "7/1", first: str = "F", last: str = "F", end: str = "-\n",
) -> str:  # fmt: skip
    """Return one MT940."""
    return (
        f":20:STMT1\n:25:4000021209014411111\n:28C:{number}\n:60{first}:{opening}\n{lines}"
        f":62{last}:{closing}\n{end}"
    )


def interim(lines: str = PAID, *, sums: str = ":90D:1CNY100,\n", floor: str = "CNY0,") -> str:
    """Return one MT942."""
    return f":20:R1\n:25:4000021209014411111\n:28C:1\n:34F:{floor}\n:13D:2611251200+0800\n{lines}{sums}-\n"


def read(text: str | bytes, name: str = "mt940") -> ReadFile:
    """Read by the name of the format."""
    found = read_bytes(format_for(name), text.encode() if isinstance(text, str) else text)
    if not found.believable:
        assert (found.records, found.accounts) == ((), ())
    return found


def codes(text: str | bytes, name: str = "mt940") -> list[str]:
    """Return the codes of all faults."""
    return [one.code for one in read(text, name).faults]


def test_a_line_has_a_value_date_beside_its_booking_day() -> None:
    lines = ":61:2611261125C60,5NRTIPAY0000002//B2\n:86:退汇 AC04\n"
    (only,) = read_statements(day(lines, closing="C261126CNY1060,50").encode()).statements
    (entry,) = only.entries
    assert (entry.value_on, entry.booked_on) == (date(2026, 11, 26), date(2026, 11, 25))


def test_what_stands_behind_the_strokes_is_ours_only_where_money_comes_back() -> None:
    lines = (
        ":61:261125C30,NTRFNONREF//BANK77\n:86:往来款\n:61:261125C30,NTRFNONREF//PAY2\n:86:退汇\n"
    )
    (only,) = read_statements(day(lines, closing="C261126CNY1060,").encode()).statements
    assert [(one.kind, one.reference, one.bank_reference) for one in only.entries] == [
        (EntryKind.OTHER, "", "BANK77"),
        (EntryKind.RETURN, "PAY2", "PAY2"),
    ]


def test_a_day_with_a_payment_and_a_return_as_a_new_credit() -> None:
    found = read(day())
    assert found.faults == ()
    assert [(r.reference, r.state, r.amount_fen, r.code, r.line) for r in found.records] == [
        ("PAY0000001", State.PAID, 10_000, "NMSC", 5),
        ("PAY0000002", State.RETURNED, 6_050, "AC04", 7),
    ]
    assert "账户已销户" in found.records[1].reason
    (account,) = found.accounts
    assert (account.account, account.number, account.booked_on) == (
        "4000021209014411111", 7, date(2026, 11, 26),
    )  # fmt: skip
    assert (account.opening_fen, account.closing_fen) == (100_000, 96_050)
    assert (account.debit_fen, account.credit_fen) == (10_000, 6_050)


@pytest.mark.parametrize(
    ("line", "reference", "state", "closing"),
    [
        (":61:261125D40,NMSCNONREF//B1\n:86:?20EREF+PAY1?32X", "PAY1", State.PAID, "960"),
        (":61:261125D40,NMSCNONREF\n:86:/EREF/PAY-1//CNTP/X", "PAY-1", State.PAID, "960"),
        (":61:261125D40,NMSCNONREF//B1\n:86:手续费", "", State.UNKNOWN, "960"),
        (":61:261125C40,NTRFNONREF//PAY1\n:86:退汇", "PAY1", State.RETURNED, "1040"),
        (":61:261125C40,NRTIPAY1", "PAY1", State.RETURNED, "1040"),
        (":61:261125C40,NMSCNONREF\n:86:利息", "", State.UNKNOWN, "1040"),
        (":61:261125RD40,NMSCPAY1", "PAY1", State.RETURNED, "1040"),
        (":61:261125RC40,NMSCPAY1", "PAY1", State.UNKNOWN, "960"),
        (":61:261125DY40,NMSCPAY1", "PAY1", State.PAID, "960"),
        (":61:261125D40,NMSCPAY1\n退汇再付", "PAY1", State.UNKNOWN, "960"),
    ],
)
def test_each_mark_means_what_it_means(
    line: str, reference: str, state: State, closing: str
) -> None:
    found = read(day(f"{line}\n", closing=f"C261126CNY{closing},"))
    assert found.believable, found.faults
    assert [(one.reference, one.state) for one in found.records] == [(reference, state)]


def test_a_credit_that_does_not_say_it_is_a_return_is_to_be_compared() -> None:
    found = read(day(":61:261125C40,NMSCPAY1\n", closing="C261126CNY1040,"))
    assert [one.state for one in found.records] == [State.RETURNED]
    assert [(one.code, one.fatal) for one in found.faults] == [("return_assumed", False)]


@pytest.mark.parametrize(
    ("value", "entry", "booked"),
    [("261231", "0102", "2027-01-02"), ("270102", "1231", "2026-12-31"), ("280301", "0229", "2028-02-29")],
)  # fmt: skip
def test_a_booking_day_without_a_year_is_near_its_value_day(
    value: str, entry: str, booked: str
) -> None:
    line = f":61:{value}{entry}D100,NMSCPAY1\n"
    found = read(interim(line), "mt942")
    assert found.faults == ()
    assert found.accounts[0].booked_on == date.fromisoformat(booked)


def test_messages_in_swift_blocks_and_under_a_banks_own_lines_are_read() -> None:
    block = "{1:F01BANKCNXXAXXX0000000000}{2:I940BANKCNXXXXXXN}{4:\r\n"
    wrapped = block + day(end="-}").replace("\n", "\r\n")
    assert codes(wrapped) == []
    assert codes(wrapped + "\r\n" + wrapped) == []
    assert codes("ABNANL2A\n940\nABNANL2A\n" + day()) == []
    assert codes(b"\xef\xbb\xbf" + day().encode()) == []
    assert read(day().encode("gb18030")).records == read(day()).records


def test_a_statement_over_two_pages_joins_or_is_refused() -> None:
    one = day(PAID, closing="C261125CNY900,", last="M")
    two = day(BACK, opening="C261125CNY900,", number="7/2", first="M")
    assert codes(one + two) == []
    assert len(read(one + two).records) == 2
    assert codes(one) == ["page_of_several"]
    assert codes(two) == ["page_of_several"]
    assert codes(one + two.replace("7/2", "7/3")) == ["page_gap"]
    late = day(BACK, opening="C261125CNY901,", closing="C261126CNY961,50", number="7/2", first="M")
    assert codes(one + late) == ["page_gap"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (day(closing="C261126CNY960,51"), "balance_wrong"),
        (day(closing="D261126CNY960,50"), "balance_wrong"),
        (day(closing="C261126CNY960.50"), "amount_thousands_separator"),
        (day(closing="C261126CNY960"), "amount_without_decimals"),
        (day(closing="C261126CNY960,505"), "amount_too_precise"),
        (day(closing="C261326CNY960,50"), "date_wrong"),
        (day(closing="X261126CNY960,50"), "tag_malformed"),
        (day(number="0000\n0"), "tag_malformed"),
        (day(number="x"), "tag_malformed"),
        (day().replace(":28C:7/1\n", ""), "tag_missing"),
        (day().replace(":25:4000021209014411111\n", ""), "tag_missing"),
        (day().replace(":25:4000021209014411111", ":25:"), "account_missing"),
        (day().replace(":60F:C261125CNY1000,00\n", ""), "tag_missing"),
        (day().partition(":62F:")[0], "tag_missing"),
        (day() + day(end=""), "message_cut_off"),
        (day().replace(":61:2611251125D100,", ":61:2611251125D1.000,"), "amount_thousands_separator"),
        (day().replace("D100,NMSC", "D100NMSC"), "amount_without_decimals"),
        (day().replace("D100,NMSC", "D0,NMSC"), "amount_zero"),
        (day().replace("D100,NMSC", "100,NMSC"), "tag_malformed"),
        (day().replace("2611251125D", "26112511D"), "tag_malformed"),
        (day().replace(":61:", ":65:Dnullnull\n:61:", 1), "tag_unexpected"),
        (day().replace("\n:62F", "\n:99:x\n:62F"), "tag_unexpected"),
        (day().replace(":20:STMT1", ":20:"), "tag_malformed"),
        (day().replace(":28C:", ":28C:7\n:28C:"), "tag_twice"),
        (":25:1\n" + day(), "tag_outside"),
        ("nonsense\n" * 40, "line_unexplained"),
        ("nothing here", "header_missing"),
        ("", "file_empty"),
        ("<html></html>", "html_page"),
        (day().replace("高", "\x00"), "control_character"),
        (day().encode() + b"\xff\xff\xff", "encoding_wrong"),
    ],
)  # fmt: skip
def test_what_is_not_to_the_letter_is_refused_whole(text: str | bytes, code: str) -> None:
    assert code in codes(text)
    assert not read(text).believable


def test_a_fault_names_line_field_and_value() -> None:
    found = read(day().replace("D100,NMSC", "D1O0,NMSC")).faults[0]
    assert (found.line, found.field, found.code) == (5, ":61:", "tag_malformed")
    assert found.value.startswith("2611251125D1O0,")
    assert "PAY0000001" not in found.sentence_en + found.sentence_zh


def test_cut_off_anywhere_it_gives_nothing() -> None:
    whole = day().encode()
    assert len(read(whole).records) == 2
    for cut in range(len(whole.rstrip(b"-\n")) - 1):
        assert read(whole[:cut]).records == (), cut


def test_another_currency_is_never_read_as_fen() -> None:
    found = read(day().replace("CNY", "EUR"))
    assert [(one.state, one.amount_fen) for one in found.records] == [(State.UNKNOWN, None)] * 2
    assert {one.code for one in found.faults} == {"currency_wrong"}


def test_an_interim_report_has_no_balances_and_its_sums_have_to_fit() -> None:
    found = read(interim(), "mt942")
    assert found.faults == ()
    assert [(one.reference, one.state) for one in found.records] == [("PAY0000001", State.PAID)]
    assert codes(interim(sums=":90D:2CNY100,\n"), "mt942") == ["count_differs"]
    assert codes(interim(sums=":90D:1CNY100,01\n"), "mt942") == ["count_differs"]
    expected = ":61:261125ED100,NMSCPAY1\n"
    assert [one.state for one in read(interim(expected), "mt942").records] == [State.IN_TRANSIT]
    cut = interim(sums="").removesuffix("-\n")
    assert codes(cut, "mt942") == ["message_cut_off"]
    assert "tag_unexpected" in codes(day(), "mt942")
