"""The published examples and known answers that these programmes must reproduce to the fen."""

import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest

from eligibility_rules import (
    Month,
    Outcome,
    RuleSet,
    Subject,
    evaluate,
    freeze_pool,
    load_rules,
    pool_rate,
)
from eligibility_rules.cases import load_cases
from eligibility_rules.deciding.rounding import to_payable
from eligibility_rules.language.kinds import Value
from eligibility_rules.load import HOME
from eligibility_rules.programme import Rounding
from tests.eligibility_rules.rule_engines import by_duckdb

OCTOBER = Month.parse("2026-10")
LUOLONG_POOL_FEN = 156_800_000
LUOLONG_AREA_MILLI_MU = 11_931_002


def given(rules: RuleSet, code: str) -> dict[str, Value]:
    """The facts of the first case of a programme, which is always a due one."""
    return dict(load_cases(rules)[code][0].columns)


def test_three_people_with_700_yuan_each_get_1425_yuan(rules: RuleSet) -> None:
    decision = evaluate(rules, "MZ01", given(rules, "MZ01"), OCTOBER)
    assert (decision.outcome, decision.amount_fen) == (Outcome.DUE, 142_500)


def test_thirty_percent_of_1175_is_352_50_and_paid_as_353(rules: RuleSet) -> None:
    assert 117_500 * 3_000 // 10_000 == 35_250
    assert to_payable(35_250, Rounding.YUAN_HALF_UP) == 35_300
    assert evaluate(rules, "MZ08", given(rules, "MZ08"), OCTOBER).amount_fen == 35_300


@pytest.mark.parametrize(
    ("birth", "year", "yuan"),
    [
        ("2022-01-15", 2025, 300),
        ("2022-07-15", 2025, 2_100),
        ("2022-12-15", 2025, 3_600),
        ("2023-12-15", 2025, 3_600),
        ("2023-12-15", 2026, 3_600),
        ("2024-01-15", 2025, 3_600),
        ("2024-01-15", 2026, 3_600),
        ("2024-01-15", 2027, 300),
        ("2025-12-15", 2025, 3_600),
        ("2025-12-15", 2027, 3_600),
    ],
)
def test_the_childcare_month_table(rules: RuleSet, birth: str, year: int, yuan: int) -> None:
    facts = given(rules, "WJ06") | {"p__birth": date.fromisoformat(birth)}
    decision = evaluate(rules, "WJ06", facts, Month(year, 12))
    assert decision.amount_fen == yuan * 100


def test_a_child_born_in_december_2025_is_not_paid_for_2028(rules: RuleSet) -> None:
    facts = given(rules, "WJ06") | {"p__birth": date(2025, 12, 15)}
    assert evaluate(rules, "WJ06", facts, Month(2028, 1)).outcome is Outcome.NOT_DUE


def test_the_childcare_subsidy_did_not_exist_before_2025(rules: RuleSet) -> None:
    facts = given(rules, "WJ06") | {"p__birth": date(2023, 6, 1)}
    facts["app__approve_date__WJ06"] = date(2024, 1, 1)
    facts["app__apply_date__WJ06"] = date(2024, 1, 1)
    assert evaluate(rules, "WJ06", facts, Month(2024, 12)).outcome is Outcome.NOT_DUE


def test_the_price_subsidy_is_47_yuan_at_four_percent(rules: RuleSet) -> None:
    assert evaluate(rules, "MZ07", given(rules, "MZ07"), OCTOBER).amount_fen == 4_700


def changed(folder: Path, edits: dict[str, tuple[str, str]]) -> RuleSet:
    """The shipped rules with one text replaced by another in some files."""
    for part in ("facts.yaml", "parameters", "programmes"):
        source = HOME / part
        copy = shutil.copytree if source.is_dir() else shutil.copy
        copy(source, folder / part)
    for name, (before, after) in edits.items():
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert before in text
        path.write_text(text.replace(before, after), encoding="utf-8")
    return load_rules(folder)


def test_the_price_subsidy_is_never_below_30_yuan(tmp_path: Path) -> None:
    rules = changed(tmp_path, {"parameters/scpi_yoy.yaml": ("'4.0'", "'2.0'")})
    assert evaluate(rules, "MZ07", given(load_rules(), "MZ07"), OCTOBER).amount_fen == 3_000


def test_rounding_up_to_the_yuan_sees_parts_of_a_fen(
    tmp_path: Path, database: duckdb.DuckDBPyConnection
) -> None:
    """3.83 % of 1175 is 45.0025 yuan: up to 46, which rounding to the fen first would lose."""
    rules = changed(tmp_path, {"parameters/scpi_yoy.yaml": ("'4.0'", "'3.83'")})
    facts = given(load_rules(), "MZ07")
    assert evaluate(rules, "MZ07", facts, OCTOBER).amount_fen == 4_600
    [decided] = by_duckdb(database, rules, Subject.PERSON, OCTOBER, [facts], codes=["MZ07"])
    assert decided["MZ07"].amount_fen == 4_600


def test_luolong_pays_131_42_a_mu_and_keeps_27_72() -> None:
    rate = pool_rate(LUOLONG_POOL_FEN, LUOLONG_AREA_MILLI_MU, 2, [LUOLONG_AREA_MILLI_MU])
    assert (rate.rate_text, rate.paid_fen, rate.remainder_fen) == ("131.42", 156_797_228, 2_772)


def test_luolong_with_four_decimals_pays_1567999_72() -> None:
    """1,568,000 over 11,931.002 is 131.42232…, so the fourth decimal rounded down is 3."""
    rate = pool_rate(LUOLONG_POOL_FEN, LUOLONG_AREA_MILLI_MU, 4, [LUOLONG_AREA_MILLI_MU])
    assert (rate.rate_text, rate.paid_fen) == ("131.4223", 156_799_972)


def test_luolong_through_the_rules_and_duckdb(
    tmp_path: Path, database: duckdb.DuckDBPyConnection
) -> None:
    rules = changed(
        tmp_path,
        {
            "parameters/dl_pool.yaml": ("'18000000'", "'1568000'"),
            "parameters/dl_area_total.yaml": ("'186000.0'", "'11931.002'"),
            "programmes/nongyenongcun/NY01.yaml": ("rate_decimals: 4", "rate_decimals: 2"),
        },
    )
    area = LUOLONG_AREA_MILLI_MU
    row: dict[str, Value] = {
        "land__contract_area_milli_mu": area,
        "land__abandoned_area_milli_mu": 0,
        "land__converted_area_milli_mu": 0,
        "land__eligible_area_milli_mu": area,
    }
    frozen = freeze_pool(rules, "NY01", OCTOBER, [row])
    assert frozen is not None
    assert (frozen.rate, frozen.remainder_fen) == (13_142, 2_772)
    [decided] = by_duckdb(database, rules, Subject.LAND, OCTOBER, [row])
    assert decided["NY01"].amount_fen == 156_797_228
    assert evaluate(rules, "NY01", row, OCTOBER, pool=frozen).amount_fen == 156_797_228
