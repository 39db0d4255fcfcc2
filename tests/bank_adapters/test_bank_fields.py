"""Money, names and bank codes, one field at a time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_adapters.fields import bank_code_valid
from bank_adapters.money import AmountRefused, fen_from_yuan, yuan_text
from bank_adapters.names import comparable, same_name


@given(st.integers(1, 10**16))
def test_fen_written_as_yuan_come_back_to_the_fen(amount_fen: int) -> None:
    assert fen_from_yuan(yuan_text(amount_fen), two_decimals=True) == amount_fen


STRICT = re.compile(r"[0-9]{1,15}\.[0-9]{2}", re.ASCII)


@given(st.text(max_size=12) | st.from_regex(STRICT) | st.text("0123456789.,-", max_size=12))
def test_only_one_form_of_money_is_understood_and_nothing_by_half(text: str) -> None:
    form = STRICT.fullmatch(text) is not None
    if form and text.strip("0.") != "":
        assert fen_from_yuan(text, two_decimals=True) == int(text.replace(".", ""))
    else:
        with pytest.raises(AmountRefused, match="amount_"):
            fen_from_yuan(text, two_decimals=True)


def test_short_decimals_are_tenths_not_hundredths() -> None:
    assert fen_from_yuan("12.5", two_decimals=False) == 1250
    assert fen_from_yuan("12", two_decimals=False) == 1200


@pytest.mark.parametrize("code", ["102100099996", "105100000017"])
def test_a_right_bank_code_passes_and_any_changed_digit_fails(code: str) -> None:
    assert bank_code_valid(code)
    for place in range(12):
        for digit in "0123456789":
            changed = code[:place] + digit + code[place + 1 :]
            assert bank_code_valid(changed) is (changed == code)


def test_digits_of_other_scripts_are_no_bank_code() -> None:
    assert not bank_code_valid("１02100099996")
    assert not bank_code_valid("102100099996\n")


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("阿依古丽·买买提", "阿依古丽•买买提"),
        ("阿依古丽·买买提", "阿依古丽．买买提"),
        ("王秀英", "王\u3000秀英 "),
        ("\ue81e", "\u9fb4"),
        ("\ue816", "\U00020087"),
        ("葛\U000e0100", "葛"),
        ("\u1e3f", "\ue7c7"),
    ],
)
def test_the_same_name_under_another_encoding_is_the_same(ours: str, theirs: str) -> None:
    assert same_name(ours, theirs)


def test_different_names_stay_different() -> None:
    assert not same_name("王秀英", "王秀瑛")
    assert not same_name("阿依古丽·买买提", "阿依古丽买买提")


@given(st.text(max_size=20))
def test_comparing_is_stable(name: str) -> None:
    assert comparable(comparable(name)) == comparable(name)
