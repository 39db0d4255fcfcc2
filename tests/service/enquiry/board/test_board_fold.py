"""No number on the board is about fewer than five people, and the rows add up to the total."""

from hypothesis import given
from hypothesis import strategies as st

from service.enquiry.board.fold import Came, fold
from service.notices.public_view import FEW

CODES = [f"P{number}" for number in range(8)]
MONTHS = st.dictionaries(
    st.sampled_from(CODES),
    st.tuples(st.frozensets(st.integers(1, 12), min_size=1), st.integers(1, 10**9)),
)


def came(programme: str, *payees: int, fen: int = 100) -> Came:
    return Came(programme, frozenset(payees), fen)


@given(month=MONTHS, unnamed=st.frozensets(st.sampled_from(CODES)))
def test_rows_are_of_five_people_or_more_and_add_up(
    month: dict[str, tuple[frozenset[int], int]], unnamed: frozenset[str]
) -> None:
    given_ = [Came(code, people, fen) for code, (people, fen) in month.items()]
    told = fold(given_, unnamed=unnamed)
    everybody = frozenset().union(*(one.payees for one in given_))
    if not given_:
        assert (told.people, told.amount_fen) == (0, 0)
        return
    if len(everybody) < FEW:
        assert told.rows == ()
        assert told.people is told.amount_fen is None
        return
    assert told.people == len(everybody)
    assert told.amount_fen == sum(fen for _, fen in month.values())
    assert sum(one.amount_fen for one in told.rows) == told.amount_fen
    assert all(one.people >= FEW for one in told.rows)
    assert not {one.programme for one in told.rows} & unnamed


def test_a_single_small_row_takes_another_with_it() -> None:
    # Told beside the total, the one row of three people could be reckoned back.
    told = fold(
        [came("A", *range(10), fen=1000), came("B", *range(6), fen=600), came("C", 1, 2, 3)]
    )
    assert [(one.programme, one.people, one.amount_fen) for one in told.rows] == [
        ("A", 10, 1000),
        ("", 6, 700),
    ]


def test_small_rows_of_different_people_stand_together() -> None:
    told = fold([came("A", *range(9), fen=900), came("B", 1, 2, 3), came("C", 4, 5, 6)])
    assert [(one.programme, one.people) for one in told.rows] == [("A", 9), ("", 6)]


def test_small_rows_of_the_same_people_do_not() -> None:
    told = fold([came("A", *range(9), fen=900), came("B", 1, 2, 3), came("C", 1, 2, 3)])
    assert [(one.programme, one.people) for one in told.rows] == [("", 9)]


def test_what_is_sensitive_is_never_named() -> None:
    told = fold([came("A", *range(9)), came("B", *range(7))], unnamed=["A"])
    assert [one.programme for one in told.rows] == ["B", ""]
