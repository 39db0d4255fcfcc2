"""Every cell is read by its column's type, strictly; what is smoothed leaves a notice."""

from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.foundation.spreadsheets import Cell, Kind, Typed
from service.residents.feeds import Column
from service.residents.importing.faults import SENTENCES, Fault
from service.residents.importing.reading import Reading
from service.residents.importing.values import reader_of
from tests.service.residents.importing.deliveries import BANK_CODE, card_of, number_of

_TODAY = date(2026, 11, 23)


def _column(kind: str, **more: Any) -> Column:
    return Column(field="x", header="列", type=cast("Any", kind), zh="", en="", **more)


def _read(kind: str, cell: Cell, **more: Any) -> Reading:
    return reader_of(_column(kind, **more), _TODAY)(cell)


def _number(text: str, kind: Kind = "number") -> Typed:
    return Typed(kind, text)


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "nan",
        "Infinity",
        "-Infinity",
        "-0",
        "-1",
        "-0.01",
        "1e400",
        "1e3",
        "",
        "+1",
        ".5",
        "5.",
        "1,175.50",
        "￥5",
    ],
)
def test_row_1_what_is_not_a_canonical_amount_is_a_fault(text: str) -> None:
    assert _read("yuan", text, required=True).fault in {"amount_shape", "value_missing"}


def test_row_1_zero_is_a_fault_where_the_column_needs_more_and_a_value_where_not() -> None:
    assert _read("yuan", "0.00", minimum=1).fault == "value_range"
    assert _read("yuan", "0.00") == Reading(0)


@pytest.mark.parametrize("text", ["1_000", "1e3", "１２", "٣", " 12 ", "12\n", "\t12", "1２", "１"])
def test_row_2_amounts_that_python_would_accept_are_faults_and_their_characters_are_shown(
    text: str,
) -> None:
    reading = _read("yuan", text)
    assert reading.fault == "amount_shape"
    strange = [one for one in text if one not in "0123456789.e"]
    assert all(f"U+{ord(one):04X}" in reading.detail for one in strange)


def test_row_2_letters_are_not_shown_because_they_could_be_a_name() -> None:
    assert "U+" not in _read("yuan", "王秀英").detail


@pytest.mark.parametrize(
    "text", ["1.005", "0.001", "12345678901", "123456789012.00", "9007199254740993.01"]
)
def test_row_3_a_third_decimal_or_too_many_digits_is_never_rounded(text: str) -> None:
    assert _read("yuan", text).fault == "amount_shape"
    assert _read("yuan", _number(text)).fault == "amount_shape"


@given(st.integers(0, 10**12 - 1))
def test_amounts_are_exact_to_the_fen(fen: int) -> None:
    assert _read("yuan", f"{fen // 100}.{fen % 100:02d}") == Reading(fen)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("1175.0999999999999", 117510),
        ("1175.5", 117550),
        ("3", 300),
        ("0", 0),
        ("1.5E3", 150000),
        ("0.1", 10),
    ],
)
def test_a_number_cell_is_read_at_the_fifteen_digits_a_workbook_keeps(text: str, fen: int) -> None:
    assert _read("yuan", _number(text)) == Reading(fen)


@pytest.mark.parametrize("text", ["-0", "-1", "1E+400", "NaN", "1E11", "0.005"])
def test_a_number_cell_that_is_no_amount_is_a_fault(text: str) -> None:
    assert _read("yuan", _number(text)).fault == "amount_shape"


def test_areas_keep_three_decimals_and_floor_space_two() -> None:
    assert _read("mu", "3.257") == Reading(3257)
    assert _read("sqm", "28.5") == Reading(2850)
    assert _read("sqm", "28.555").fault == "amount_shape"


@pytest.mark.parametrize(
    "text", ["2026-01-05", "2026/1/5", "2026.1.5", "20260105", "2026年1月5日", "2026-1-05"]
)
def test_dates_are_read_in_every_agreed_shape(text: str) -> None:
    assert _read("date", text) == Reading("2026-01-05")


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("2026-02-29", "date_impossible"),
        ("2026-13-01", "date_impossible"),
        ("0001-01-01", "date_impossible"),
        ("26-01-05", "date_shape"),
        ("05/01/2026", "date_shape"),
        ("2026-01/05", "date_shape"),
        ("２０２６-01-05", "date_shape"),
        ("2026-01-05\n", "date_shape"),
        ("长期", "date_shape"),
        (_number("46027"), "date_shape"),
        (_number("TRUE", "bool"), "date_shape"),
    ],
)
def test_what_is_no_date_is_a_fault(cell: Cell, fault: str) -> None:
    assert _read("date", cell).fault == fault


def test_a_real_date_cell_is_a_date_and_a_time_in_it_is_dropped_with_a_notice() -> None:
    assert _read("date", _number("2026-01-05", "date")) == Reading("2026-01-05")
    late = _read("date", _number("2026-01-05T13:20:00", "date"))
    assert (late.value, late.notices) == ("2026-01-05", ("time_dropped",))


def test_a_date_in_the_future_is_a_fault_only_where_it_must_be_past() -> None:
    assert _read("date", "2026-11-24", past=True).fault == "date_future"
    assert _read("date", "2026-11-23", past=True) == Reading("2026-11-23")
    assert _read("date", "2036-11-24") == Reading("2036-11-24")


@pytest.mark.parametrize("kind", ["id", "card"])
@pytest.mark.parametrize("cell", [_number("330523195001050011"), _number("1.10105E+17")])
def test_row_18_a_number_where_an_id_or_account_should_be_is_a_fault(kind: str, cell: Cell) -> None:
    assert _read(kind, cell).fault == "id_as_number"


@pytest.mark.parametrize("kind", ["id", "card", "name", "yuan", "date", "text", "bool", "int"])
@pytest.mark.parametrize("cell", [Typed("formula", "11010519491231002X"), "=1+1", '="330523"'])
def test_row_18_a_formula_is_a_fault_whatever_its_result(kind: str, cell: Cell) -> None:
    assert _read(kind, cell).fault == "cell_formula"


@pytest.mark.parametrize(
    "character",
    [
        "\u200b",
        "\u202e",
        "\ufeff",
        "\0",
        "\ue000",
        chr(0xD800),
        "\x07",
        "\n",
        "\ufffd",
        "\u2028",
        "\U0001fffe",
    ],
)
def test_row_10_a_character_no_name_has_is_a_fault_that_names_its_code_point(
    character: str,
) -> None:
    reading = _read("name", f"王{character}秀英")
    assert (reading.fault, reading.detail) == ("name_character", f"U+{ord(character):04X}")


@pytest.mark.parametrize(
    "name",
    [
        "𠮷田",
        "䶮",
        "王䶮",
        "阿依古丽·买买提",
        "阿依古丽•买买提",
        "阿依古丽．买买提",
        "吐尔逊 艾合买提",
        "阿" * 30,
        "㛃",
        "\U000323aa某",
        "O'Neil-王",
    ],
)
def test_row_11_rare_and_minority_names_are_kept_exactly_as_delivered(name: str) -> None:
    assert _read("name", name) == Reading(name)


@pytest.mark.parametrize("start", "=+-@＝＋－＠")
def test_row_24_a_name_that_a_spreadsheet_would_run_is_a_fault(start: str) -> None:
    assert _read("name", f"{start}王秀英").fault in {"name_formula", "cell_formula"}


def test_a_name_with_digits_or_of_the_wrong_kind_is_a_fault() -> None:
    for cell in (number_of(1), "王3", "王３", _number("5")):
        assert _read("name", cell).fault == "name_digits"


def test_a_text_is_trimmed_with_a_notice_and_refused_when_it_holds_an_id_number() -> None:
    assert _read("text", " 甲 ") == Reading("甲", notices=("spaces_trimmed",))
    assert _read("text", f"甲（{number_of(1)}）").fault == "text_holds_id"
    assert _read("text", f"330523 19500105 {number_of(1)[14:]}").fault == "text_holds_id"
    assert _read("text", f"甲{number_of(1)}", secret=True).value == f"甲{number_of(1)}"
    assert _read("text", "甲" * 201).fault == "text_long"
    assert _read("text", "甲\u202e").fault == "text_character"


def test_a_long_code_typed_as_a_number_has_lost_digits() -> None:
    assert _read("text", _number("330523151201000123")).fault == "number_lost_digits"
    assert _read("text", _number("123456")) == Reading("123456", notices=("number_as_text",))


def test_codes_are_a_closed_list_and_the_fault_tells_it() -> None:
    codes = {"一级": 1, "二级": 2}
    assert _read("code", "二级", codes=codes) == Reading(2)
    assert _read("code", "三级", codes=codes) == Reading(None, "code_unknown", "一级、二级")
    assert _read("code", "1", codes=codes).fault == "code_unknown"


def test_yes_and_no_are_two_words_or_a_truth_value() -> None:
    assert [_read("bool", cell).value for cell in ("是", "否", Typed("bool", "TRUE"))] == [
        True,
        False,
        True,
    ]
    for cell in ("Y", "1", "true", "有", _number("1")):
        assert _read("bool", cell).fault == "code_unknown"


def test_whole_numbers_are_plain_digits_within_bounds() -> None:
    assert _read("int", "007") == Reading(7)
    assert _read("int", _number("3.0")) == Reading(3)
    for cell in ("3.0", "-1", "1e3", "３", "1 000", _number("3.5"), "9999999999"):
        assert _read("int", cell).fault == "number_shape"
    assert _read("int", "13", minimum=0, maximum=12).fault == "value_range"


def test_bank_codes_and_divisions_have_twelve_digits_and_bank_codes_a_check() -> None:
    assert _read("bankcode", BANK_CODE) == Reading(BANK_CODE)
    wrong = BANK_CODE[:-1] + str((int(BANK_CODE[-1]) + 1) % 10)
    assert _read("bankcode", wrong).fault == "bank_code_check"
    assert _read("bankcode", "１05336300019").fault == "bank_code_shape"
    assert _read("division", "330523151201") == Reading("330523151201")
    assert _read("division", "33052315120").fault == "division_shape"
    assert _read("division", "330523151201\n").fault == "division_shape"


def test_accounts_are_digits_or_letters_and_luhn_is_only_a_notice() -> None:
    assert _read("card", card_of(1)) == Reading(card_of(1))
    assert _read("card", "3305231500001").notices == ("card_not_luhn",)
    assert _read("card", f" {card_of(1)[:4]} {card_of(1)[4:]}").notices == ("card_spaces",)
    for cell in ("6217-0000-0000", "62170000", "6.217E+18", "6217000000\n00", "6" * 33):
        assert _read("card", cell).fault in {"card_shape", "id_lost_digits"}


def test_every_fault_has_a_sentence_in_both_languages() -> None:
    for code in SENTENCES:
        told = Fault("列", code, "详情").as_json()
        assert told.keys() == {"column", "code", "sentence", "sentence_zh"}
        assert told["sentence"].endswith(".")
        assert told["sentence_zh"].endswith("。")


@given(
    st.sampled_from(
        [
            "id",
            "name",
            "date",
            "text",
            "int",
            "yuan",
            "mu",
            "sqm",
            "bool",
            "division",
            "card",
            "bankcode",
        ]
    ),
    st.one_of(
        st.text(max_size=40),
        st.builds(
            Typed,
            st.sampled_from(["number", "date", "bool", "formula", "error"]),
            st.text(max_size=20),
        ),
    ),
)
def test_no_cell_makes_a_reader_fail_and_every_fault_is_known(kind: str, cell: Cell) -> None:
    reading = _read(kind, cell)
    assert reading.fault in {"", *SENTENCES}
    assert not (reading.fault and reading.value is not None)
