"""Dividing an estate: to the fen, whatever the shares, and never more to anybody than his share."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.batches.heirs.pay import Line, assign
from service.residents.heirs.problems import ShareUnclear
from service.residents.heirs.shares import in_proportion, share_from, written
from service.residents.models.heirs import WHOLE_PARTS


def _line(number: int, fen: int, payee: int | None = None) -> Line:
    kind = "regular" if payee is None else "estate"
    return Line(number, "MZ15", "2026-09", kind, 1, 1, payee, fen, None, is_listed=False)


@given(st.integers(1, 10**11), st.lists(st.integers(0, 10**11), min_size=1, max_size=9))
def test_parts_are_the_whole_and_none_is_above_its_weight(fen: int, weights: list[int]) -> None:
    if not sum(weights):
        with pytest.raises(ValueError, match="weights"):
            in_proportion(fen, dict(enumerate(weights)))
        return
    parts = in_proportion(fen, dict(enumerate(weights)))
    assert sum(parts.values()) == fen
    assert min(parts.values()) > 0
    if fen <= sum(weights):
        assert all(part <= weights[key] for key, part in parts.items())


@given(
    st.lists(st.integers(1, 10**8), min_size=1, max_size=5),
    st.lists(st.integers(1, 7), min_size=1, max_size=5),
)
def test_nobody_has_more_than_his_share_of_all_whatever_came_first(
    amounts: list[int], weights: list[int]
) -> None:
    """Lines come one after another, as arrears do: what each heir has in the end is his share."""
    parts = {heir: WHOLE_PARTS * one // sum(weights) for heir, one in enumerate(weights)}
    parts[0] += WHOLE_PARTS - sum(parts.values())
    got: dict[int, int] = {}
    for number, fen in enumerate(amounts):
        ((_, pieces),) = assign([_line(number, fen)], got, parts)
        assert sum(pieces.values()) == fen
        for heir, piece in pieces.items():
            got[heir] = got.get(heir, 0) + piece
    assert sum(got.values()) == sum(amounts)
    # One fen of rounding for each time that something was divided, never more.
    exact = {heir: Fraction(sum(amounts) * one, WHOLE_PARTS) for heir, one in parts.items()}
    assert all(abs(got.get(heir, 0) - one) <= len(amounts) + 1 for heir, one in exact.items())


def test_a_line_of_an_heir_stays_his_while_it_is_within_his_share() -> None:
    halves = {7: WHOLE_PARTS // 2, 8: WHOLE_PARTS // 2}
    assert [pieces for _, pieces in assign([_line(1, 50, 7), _line(2, 50, 8)], {}, halves)] == [
        {7: 50},
        {8: 50},
    ]
    ((_, pieces),) = assign([_line(1, 100, 7)], {}, halves)
    assert pieces == {7: 50, 8: 50}
    ((_, pieces),) = assign([_line(1, 50, 9)], {7: 50}, halves)
    assert pieces == {8: 50}, "the one who was paid has had his share"


@pytest.mark.parametrize("said", ["", "0/3", "4/3", "1/0", "x", "1/17", "-1/2", "0.5", "½"])
def test_what_is_no_share_is_refused(said: str) -> None:
    with pytest.raises(ShareUnclear):
        share_from(said)


@pytest.mark.parametrize(
    ("said", "share"),
    [("1", "1/1"), (" 1/3 ", "1/3"), ("2／4", "1/2"), ("37/100", "37/100")],
)
def test_a_share_is_read_as_people_write_it(said: str, share: str) -> None:
    assert written(share_from(said)) == share
