"""A pool is never overdrawn, whatever its size and however its lines round."""

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility_rules import Month, RuleSet, Subject, freeze_pool, pool_rate
from eligibility_rules.language.kinds import Value
from tests.eligibility_rules.rule_engines import by_duckdb

JUNE = Month.parse("2026-06")


@settings(deadline=None)
@given(
    pool_fen=st.integers(0, 10**12),
    total=st.integers(0, 10**9),
    decimals=st.integers(0, 7),
    areas=st.lists(st.integers(0, 10**7), max_size=60),
)
def test_lines_never_add_up_to_more_than_the_pool(
    pool_fen: int, total: int, decimals: int, areas: list[int]
) -> None:
    rate = pool_rate(pool_fen, total, decimals, areas)
    lines = [rate.amount_fen(area) for area in areas]
    assert sum(lines) == rate.paid_fen <= pool_fen
    assert rate.remainder_fen == pool_fen - rate.paid_fen


def test_a_pool_of_one_fen_pays_nobody_too_much() -> None:
    rate = pool_rate(1, 3_000, 4, [1_000, 1_000, 1_000])
    assert (rate.paid_fen, rate.remainder_fen) == (0, 1)


def test_lines_are_rounded_down_when_half_up_would_overdraw() -> None:
    rate = pool_rate(3, 6_000, 4, [1_000] * 6)
    assert rate.round_down
    assert rate.paid_fen == 0


def test_the_lands_own_areas_count_when_the_approved_total_is_too_small() -> None:
    rate = pool_rate(10_000, 1_000, 2, [1_000, 3_000])
    assert rate.rate_text == "25.00"
    assert rate.remainder_fen == 0


def test_a_shard_with_the_frozen_rate_pays_what_the_whole_would(
    rules: RuleSet, database: duckdb.DuckDBPyConnection
) -> None:
    areas = [123_456, 98_765_432, 100_000_001, 7]
    rows: list[dict[str, Value]] = [
        {
            "land__contract_area_milli_mu": area,
            "land__abandoned_area_milli_mu": 0,
            "land__converted_area_milli_mu": 0,
            "land__eligible_area_milli_mu": area,
        }
        for area in areas
    ]
    whole = by_duckdb(database, rules, Subject.LAND, JUNE, rows)
    frozen = freeze_pool(rules, "NY01", JUNE, rows)
    assert frozen is not None
    for row, decided in zip(rows, whole, strict=True):
        [alone] = by_duckdb(database, rules, Subject.LAND, JUNE, [row], {"NY01": frozen})
        assert alone == decided
