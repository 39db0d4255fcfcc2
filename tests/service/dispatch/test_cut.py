"""Lines are cut into files within the bank's limits, in order, with nothing lost."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bank_adapters import adapter_for
from service.dispatch.cut import Uncuttable, cut

BANK = adapter_for("ccb").profile


def test_a_list_is_cut_from_the_front() -> None:
    assert cut([100] * 10, replace(BANK, max_lines=4)) == [4, 4, 2]


def test_nobody_makes_no_file() -> None:
    assert cut([], BANK) == []


def test_the_last_file_is_filled_up_to_the_shortest_the_bank_takes() -> None:
    bank = replace(BANK, min_lines=5, max_lines=1000)
    assert cut([1] * 1001, bank) == [996, 5]
    assert cut([1] * 2002, replace(bank, max_lines=5, min_lines=2))[-2:] == [5, 2]


def test_a_file_carries_no_more_money_than_agreed() -> None:
    assert cut([60, 40, 100, 1], replace(BANK, file_amount_fen_max=100)) == [2, 1, 1]


@pytest.mark.parametrize(
    ("amounts", "limits", "said"),
    [
        ([1] * 4, {"min_lines": 5}, "4 lines are too few: this bank takes no file under 5 lines"),
        ([500, 101_00], {"file_amount_fen_max": 100_00}, "One line of 101.00 yuan is more than"),
        (
            [100, 100, 100],
            {"min_lines": 2, "max_lines": 9, "file_amount_fen_max": 200},
            "cannot be cut",
        ),
    ],
)
def test_what_cannot_be_cut_is_refused_in_both_languages(
    amounts: list[int], limits: dict[str, int], said: str
) -> None:
    with pytest.raises(Uncuttable, match=said) as refused:
        cut(amounts, replace(BANK, **limits))  # type: ignore[arg-type]
    assert "行" in refused.value.sentence_zh


@given(
    st.lists(st.integers(1, 1000), min_size=1, max_size=60),
    st.integers(1, 12),
    st.integers(1, 12),
    st.none() | st.integers(1, 4000),
)
def test_every_cut_is_within_every_limit_and_loses_nothing(
    amounts: list[int], fewest: int, most: int, money: int | None
) -> None:
    fewest = min(fewest, most)
    bank = replace(BANK, min_lines=fewest, max_lines=most, file_amount_fen_max=money)
    try:
        sizes = cut(amounts, bank)
    except Uncuttable:
        # One line a file, or files of any length without a limit of money, can always be made.
        assert money is not None or len(amounts) < fewest or most < 2 * fewest
        return
    assert sum(sizes) == len(amounts)
    at = 0
    for size in sizes:
        assert fewest <= size <= most
        assert money is None or sum(amounts[at : at + size]) <= money
        at += size
