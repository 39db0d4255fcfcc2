"""ID numbers are read by GB 11643, strictly, and smoothed only with a notice."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from service.residents.identity.id_number import IdReader, check_character, lengthened

_TODAY = date(2026, 11, 23)
_GOOD = "11010519491231002X"


def _read(text: str) -> tuple[str, str, tuple[str, ...]]:
    return tuple(IdReader(_TODAY).read(text))  # type: ignore[return-value]


def test_the_worked_example_of_the_standard_is_a_number() -> None:
    assert _read(_GOOD) == (_GOOD, "", ())


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("110105194912310021", "id_check"),
        ("110105194902300029", "id_birth"),
        ("110105174912310025", "id_birth"),
        ("110105202701010015", "id_unborn"),
        ("000000000000000000", "id_zeros"),
        ("990105194912310021", "id_place"),
        ("11010519491231", "id_shape"),
        ("王秀英", "id_shape"),
        ("1.10105E+17", "id_lost_digits"),
        ("11010519491231002Y", "id_shape"),
        ("1101051949123100X2", "id_shape"),
        ("'11010519491231002X", "id_shape"),
        ("110105-19491231-002X", "id_shape"),
    ],
)
def test_row_7_what_is_no_id_number_is_refused_with_its_own_reason(text: str, fault: str) -> None:
    assert _read(text)[1] == fault


def test_row_7_a_person_born_today_has_a_number_and_one_born_tomorrow_has_not() -> None:
    for day, fault in ((_TODAY, ""), (date(2026, 11, 24), "id_unborn")):
        body = f"330523{day:%Y%m%d}001"
        assert _read(body + check_character(body))[1] == fault


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("11010519491231002x", "id_small_x"),
        ("110105491231002", "id_15_digits"),
        ("１１０１０５１９４９１２３１００２Ｘ", "id_full_width"),
        (" 110105 19491231 002X\u3000", "id_spaces"),
        ("\t11010519491231002X", "id_spaces"),
    ],
)
def test_rows_7_and_8_only_these_spellings_are_smoothed_and_each_leaves_a_notice(
    text: str, notice: str
) -> None:
    assert _read(text) == (_GOOD, "", (notice,))


@pytest.mark.parametrize(
    "text",
    [
        _GOOD + "\n",
        "\n" + _GOOD,
        _GOOD.replace("1", "١"),
        _GOOD.replace("1", "①"),
        _GOOD.replace("9", "९"),
        _GOOD.replace("2", "²"),
        _GOOD + "\0",
        "\u200b" + _GOOD,
    ],
)
def test_rows_8_and_9_digits_of_other_scripts_and_line_ends_are_refused(text: str) -> None:
    assert _read(text)[1] == "id_shape"


def test_sequence_996_to_999_of_an_old_number_means_the_eighteen_hundreds() -> None:
    assert lengthened("330523981231998").startswith("33052318981231998")
    assert lengthened("330523981231995").startswith("33052319981231995")


@given(
    st.from_regex(
        r"(11|33|34|52)[0-9]{4}(19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9X]", fullmatch=True
    )
)
def test_the_reader_never_accepts_what_an_independent_one_refuses(text: str) -> None:
    if not _read(text)[1]:
        assert text[17] == ric.calc_check_digit(text)
        assert ric.get_birth_date(text) <= _TODAY


@given(st.dates(date(1900, 1, 1), _TODAY), st.integers(0, 999))
def test_every_well_formed_number_is_accepted_and_every_single_wrong_digit_found(
    birth: date, sequence: int
) -> None:
    body = f"330523{birth:%Y%m%d}{sequence:03d}"
    good = body + check_character(body)
    assert _read(good) == (good, "", ())
    for place in range(17):
        wrong = good[:place] + str((int(good[place]) + 1) % 10) + good[place + 1 :]
        assert _read(wrong)[1]


@given(st.text(max_size=25))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    value, fault, _ = _read(text)
    assert fault or len(value) == 18
