"""How programmes get on with one another: who yields, who pays most, and what is refused at load."""

from collections.abc import Mapping
from datetime import date
from itertools import product

import duckdb
import pytest

from eligibility_rules import Month, Outcome, RuleSet, Subject, evaluate
from eligibility_rules.compiling.by_duckdb import Decided, by_duckdb
from eligibility_rules.language.kinds import Value
from tests.eligibility_rules.made_rules import made, refused

MONTH = Month(2026, 10)
OLD: Mapping[str, Value] = {"p__birth": date(1940, 1, 1)}


def highest(*codes: str) -> list[dict[str, object]]:
    return [{"with": list(codes), "rule": "pick_highest"}]


def flat(yuan: str) -> dict[str, object]:
    return {"kind": "formula", "expr": yuan, "zh": "额", "en": "amount", "figures": "illustrative"}


@pytest.fixture
def rivals() -> RuleSet:
    """Three rivals: by the grade of a disability, by the allowance, and flat."""
    return made(
        XA01={
            "amount": flat("yuan(50) * dis.grade"),
            "stacking": highest("XA02", "XA03"),
        },
        XA02={"amount": flat("sa.dibao_amount_pc"), "stacking": highest("XA01", "XA03")},
        XA03={"stacking": highest("XA01", "XA02")},
    )


def decide(
    rules: RuleSet, database: duckdb.DuckDBPyConnection, row: Mapping[str, Value], codes: list[str]
) -> dict[str, Decided]:
    """What both engines say, after they were found to say the same."""
    [found] = by_duckdb(database, rules, Subject.PERSON, MONTH, [row], codes=codes)
    for code in codes:
        plain = evaluate(rules, code, row, MONTH)
        assert found[code] == Decided(plain.outcome, plain.amount_fen, plain.held, plain.unknown)
    return found


def paid(found: Mapping[str, Decided]) -> dict[str, int | None]:
    return {code: one.amount_fen for code, one in found.items() if one.outcome is Outcome.DUE}


def test_of_rivals_exactly_the_highest_is_paid(
    rivals: RuleSet, database: duckdb.DuckDBPyConnection
) -> None:
    codes = ["XA01", "XA02", "XA03"]
    for grade, allowance in product((1, 2, 3, 4), (0, 9_999, 10_000, 10_001, 20_000, 30_000)):
        row = {**OLD, "dis__grade": grade, "sa__dibao_amount_pc_fen": allowance}
        alone = {"XA01": 5_000 * grade, "XA02": allowance, "XA03": 10_000}
        best = max(alone.values())
        first = min(code for code, fen in alone.items() if fen == best)
        assert paid(decide(rivals, database, row, codes)) == {first: best}


def test_a_rival_not_known_leaves_open_only_what_it_could_outbid(
    rivals: RuleSet, database: duckdb.DuckDBPyConnection
) -> None:
    row = {**OLD, "dis__grade": 4, "sa__dibao_amount_pc_fen": None}
    found = decide(rivals, database, row, ["XA01", "XA02", "XA03"])
    assert {code: one.outcome for code, one in found.items()} == {
        "XA01": Outcome.UNKNOWN,  # 200 yuan, unless the allowance is more
        "XA02": Outcome.UNKNOWN,
        "XA03": Outcome.NOT_DUE,  # outbid by 200 yuan, whatever the allowance is
    }


def test_a_rival_that_is_refused_outbids_nobody(database: duckdb.DuckDBPyConnection) -> None:
    rules = made(
        XA01={
            "conditions": [{"id": "XA01-C1", "expr": "p.age >= 99", "zh": "岁", "en": "age"}],
            "amount": flat("yuan(900)"),
            "stacking": highest("XA02"),
        },
        XA02={"stacking": highest("XA01")},
    )
    assert paid(decide(rules, database, OLD, ["XA01", "XA02"])) == {"XA02": 10_000}


def test_who_yields_is_not_due_beside_the_other(database: duckdb.DuckDBPyConnection) -> None:
    rules = made(
        XA01={"stacking": [{"with": ["XA02"], "rule": "exclusive", "held_by": "yields"}]},
        XA02={
            "conditions": [
                {"id": "XA02-C1", "expr": "sa.dibao", "zh": "低保", "en": "on the roll"}
            ],
            "start": {"rule": "MONTH_OF_EVENT", "condition": "XA02-C1"},
            "stacking": [{"with": ["XA01"], "rule": "exclusive", "held_by": "prevails"}],
        },
    )
    for on_roll, expected in ((True, "XA02"), (False, "XA01")):
        found = decide(rules, database, {**OLD, "sa__dibao": on_roll}, ["XA01", "XA02"])
        assert list(paid(found)) == [expected]
    unknown = decide(rules, database, {**OLD, "sa__dibao": None}, ["XA01", "XA02"])
    assert {one.outcome for one in unknown.values()} == {Outcome.UNKNOWN}


def test_an_amount_is_set_off_against_another(database: duckdb.DuckDBPyConnection) -> None:
    rules = made(
        XA01={
            "amount": flat("max(yuan(0), yuan(300) - amount_of('XA02'))"),
            "stacking": [{"with": ["XA02"], "rule": "offset", "held_by": "amount"}],
        },
        XA02={
            "conditions": [
                {"id": "XA02-C1", "expr": "sa.dibao", "zh": "低保", "en": "on the roll"}
            ],
            "start": {"rule": "MONTH_OF_EVENT", "condition": "XA02-C1"},
            "amount": flat("sa.dibao_amount_pc"),
        },
    )
    cases: list[tuple[bool | None, int | None, int | None]] = [
        (True, 10_000, 20_000),
        (True, 40_000, 0),
        (False, 10_000, 30_000),
        (None, 10_000, None),
        (True, None, None),
    ]
    for on_roll, other, expected in cases:
        row = {**OLD, "sa__dibao": on_roll, "sa__dibao_amount_pc_fen": other}
        assert decide(rules, database, row, ["XA01", "XA02"])["XA01"].amount_fen == expected


@pytest.mark.parametrize(
    ("first", "second", "fault"),
    [
        (
            [{"with": ["XA02"], "rule": "exclusive"}],
            [],
            ("XA01.yaml", "stacking_not_held"),
        ),
        (
            [{"with": ["XA02"], "rule": "exclusive", "held_by": "prevails"}],
            [],
            ("XA02.yaml", "stacking_not_held"),
        ),
        (
            [{"with": ["XA02"], "rule": "offset", "held_by": "amount"}],
            [],
            ("XA01.yaml", "stacking_not_held"),
        ),
        (
            [{"with": ["XA02"], "rule": "exclusive", "held_by": "XA01-C9"}],
            [],
            ("XA01.yaml", "condition_unknown"),
        ),
        (highest("XA02"), [], ("XA01.yaml", "rivals_not_mutual")),
        (highest("XA02", "MZ01"), highest("XA01"), ("XA01.yaml", "subject_differs")),
        (highest("XX99"), [], ("XA01.yaml", "programme_unknown")),
        (
            [{"with": ["XA02"], "rule": "exclusive", "held_by": "yields"}],
            [{"with": ["XA01"], "rule": "exclusive", "held_by": "yields"}],
            ("XA01.yaml", "circle"),
        ),
        ([{"with": ["XA02"], "rule": "friendly"}], [], ("XA01.yaml", "word_unknown")),
    ],
)
def test_a_rule_that_nothing_holds_is_refused(
    first: object, second: object, fault: tuple[str, str]
) -> None:
    assert fault in refused(XA01={"stacking": first}, XA02={"stacking": second})


def test_a_rival_may_not_wait_for_its_rival() -> None:
    waiting = {"amount": flat("amount_of('XA02')"), "stacking": highest("XA02")}
    found = refused(XA01=waiting, XA02={"stacking": highest("XA01")})
    assert "circle" in {code for _, code in found}


def test_a_table_pays_by_row_and_leaves_a_missing_row_open(
    database: duckdb.DuckDBPyConnection,
) -> None:
    rows = {"因战": {"1": "yuan(500)", "2": "yuan(400)"}, "因病": {"1": "yuan(300)"}}
    table = {
        "kind": "table", "by": ["vet.dis_nature", "vet.dis_grade"], "rows": rows,
        "zh": "表", "en": "table", "figures": "illustrative",
    }  # fmt: skip
    rules = made(XA01={"amount": table})
    cases: list[tuple[str | None, int | None, int | None]] = [
        ("因战", 1, 50_000), ("因战", 2, 40_000), ("因病", 1, 30_000),
        ("因病", 2, None), ("因公", 1, None), (None, 1, None), ("因战", None, None),
    ]  # fmt: skip
    for nature, grade, expected in cases:
        row = {**OLD, "vet__dis_nature": nature, "vet__dis_grade": grade}
        found = decide(rules, database, row, ["XA01"])["XA01"]
        assert found.amount_fen == expected
        assert found.outcome is (Outcome.UNKNOWN if expected is None else Outcome.DUE)


def test_a_table_with_a_code_that_never_comes_is_refused() -> None:
    table = {
        "kind": "table", "by": ["vet.dis_nature"], "rows": {"因懒": "yuan(1)"},
        "zh": "表", "en": "table", "figures": "illustrative",
    }  # fmt: skip
    assert refused(XA01={"amount": table}) == [("XA01.yaml", "code_unknown")]
