"""The lines of a question: regular, arrears, recovery, beyond the limit, and open."""

import json
from collections.abc import Mapping

import pytest

from eligibility_rules import RuleSet
from eligibility_rules.asking.lines import LineKind, decide_months, lines
from eligibility_rules.asking.question import read_question

HERE = {"p.birth": "1926-05-20", "p.hukou_county": True}
"""Turns 100 in May 2026; MZ16 pays 400 yuan a month from then on."""


def found(
    rules: RuleSet,
    content: Mapping[str, object],
    since: str = "",
    code: str = "MZ16",
    month: str = "2026-10",
) -> list[tuple[str, str, int | None]]:
    raw = json.dumps(content).encode()
    question = read_question(rules, code, raw, "facts.json", month, since)
    made = lines(rules, question, decide_months(rules, question))
    return [(line.period, line.kind.value, line.amount_fen) for line in made]


def test_one_month_has_one_regular_line(rules: RuleSet) -> None:
    assert found(rules, HERE) == [("2026-10", "regular", 40_000)]


def test_nothing_due_and_nothing_paid_has_no_line(rules: RuleSet) -> None:
    assert found(rules, {**HERE, "p.death_date": "2026-09-30"}) == []


def test_what_was_paid_as_due_has_no_line(rules: RuleSet) -> None:
    assert found(rules, {"facts": HERE, "paid": {"2026-10": 40_000}}) == []


@pytest.mark.parametrize(
    ("paid", "kind", "amount"),
    [(39_999, "arrears", 1), (40_001, "recovery", 1), (0, "regular", 40_000)],
)
def test_the_month_itself_is_mended_by_the_difference(
    rules: RuleSet, paid: int, kind: str, amount: int
) -> None:
    content = {"facts": HERE, "paid": {"2026-10": paid}}
    assert found(rules, content) == [("2026-10", kind, amount)]


def test_months_before_entitlement_have_no_line_and_later_ones_arrears(rules: RuleSet) -> None:
    content = {"facts": HERE, "paid": {"2026-06": 40_000, "2026-07": 6_000}}
    assert found(rules, content, "2026-04") == [
        ("2026-05", "arrears", 40_000),
        ("2026-07", "arrears", 34_000),
        ("2026-08", "arrears", 40_000),
        ("2026-09", "arrears", 40_000),
        ("2026-10", "regular", 40_000),
    ]


def test_what_was_paid_after_a_death_learned_late_is_recovered(rules: RuleSet) -> None:
    content = {
        "facts": {**HERE, "p.death_date": "2026-07-31"},
        "paid": {f"2026-{month:02d}": 40_000 for month in range(5, 11)},
    }
    assert found(rules, content, "2026-05") == [
        ("2026-08", "recovery", 40_000),
        ("2026-09", "recovery", 40_000),
        ("2026-10", "recovery", 40_000),
    ]


def test_arrears_older_than_the_programme_pays_back_are_beyond_the_limit(rules: RuleSet) -> None:
    assert rules.programme("MZ16").back_pay_months == 12
    made = found(rules, {**HERE, "p.birth": "1920-01-01"}, "2025-08")
    assert made[:3] == [
        ("2025-08", "beyond_limit", 40_000),
        ("2025-09", "beyond_limit", 40_000),
        ("2025-10", "arrears", 40_000),
    ]


def test_recovery_knows_no_limit_of_back_pay(rules: RuleSet) -> None:
    content = {"facts": {**HERE, "p.hukou_county": False}, "paid": {"2024-01": 40_000}}
    assert found(rules, content, "2024-01") == [("2024-01", "recovery", 40_000)]


def test_an_open_question_pays_nothing_and_claims_nothing_back(rules: RuleSet) -> None:
    content = {"facts": {"p.birth": "1920-01-01"}, "paid": {"2026-09": 40_000}}
    assert found(rules, content, "2026-09") == [
        ("2026-09", "open", None),
        ("2026-10", "open", None),
    ]


def test_a_yearly_programme_has_one_line_a_year(rules: RuleSet) -> None:
    facts = {
        "mig.registered": True,
        "mig.direct_pay": True,
        "mig.term_end": "2030-12-31",
        "p.fin_payroll": False,
        "p.hukou_county": True,
    }
    content = {"facts": facts, "paid": {"2025": 60_000}}
    assert found(rules, content, "2025-03", "SL01") == [("2026", "regular", 60_000)]
    assert found(rules, facts, "2025-11", "SL01", "2026-01") == [
        ("2025", "arrears", 60_000),
        ("2026", "regular", 60_000),
    ]
    assert found(rules, facts, "2025-11", "SL01", "2026-02")[0] == (
        "2025",
        "beyond_limit",
        60_000,
    )


def test_no_line_before_the_pay_month_of_the_year(rules: RuleSet) -> None:
    facts = {"land.contract_area": "3", "land.eligible_area": "3"}
    facts |= {"land.abandoned_area": "0", "land.converted_area": "0"}
    assert rules.programme("NY01").pay_from_month == 6
    assert found(rules, facts, "2026-01", "NY01", "2026-05") == []
    [(period, kind, amount)] = found(rules, facts, "2026-01", "NY01", "2026-06")
    assert (period, kind) == ("2026", "regular")
    assert amount is not None
    assert amount > 0


def test_every_line_says_why_in_both_languages(rules: RuleSet) -> None:
    raw = json.dumps({"facts": {**HERE, "p.death_date": "2026-07-31"}, "paid": {"2026-08": 6000}})
    question = read_question(rules, "MZ16", raw.encode(), "facts.json", "2026-08", "2026-07")
    arrears, recovery = lines(rules, question, decide_months(rules, question))
    assert (arrears.why.zh, arrears.why.en) == (
        "应发400.00元，已发0.00元",
        "due 400.00 yuan, paid 0.00 yuan",
    )
    assert recovery.why.en.startswith("not fulfilled: alive, or died in this very month")
    assert all(kind.words.zh and kind.words.en for kind in LineKind)
