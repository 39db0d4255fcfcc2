"""Explanations: every case can be reckoned again, and what would change a condition does change it."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from eligibility_rules import Month, Outcome, RuleSet, evaluate, freeze_pool
from eligibility_rules.cases import Case, load_cases
from eligibility_rules.explanation import Explanation, explain_whole, facts_read
from eligibility_rules.language.kinds import Value
from eligibility_rules.programme import Pool

OCTOBER = Month.parse("2026-10")


@pytest.fixture(scope="module")
def explained(rules: RuleSet) -> list[tuple[Case, Explanation]]:
    """Every case of every programme with its explanation."""
    return [
        (case, explanation_of(rules, case.code, dict(case.columns), case.month))
        for cases in load_cases(rules).values()
        for case in cases
    ]


def explanation_of(
    rules: RuleSet, code: str, facts: dict[str, Value], month: Month = OCTOBER
) -> Explanation:
    """Decide and explain."""
    programme = rules.programme(code)
    others = {
        other: evaluate(rules, other, facts, month)
        for other in dict.fromkeys((*programme.depends_on, *programme.rivals))
    }
    outcomes = {other: one.outcome for other, one in others.items()}
    amounts = {other: one.amount_fen for other, one in others.items()}
    is_pool = isinstance(programme.amount.rule, Pool)
    pool = freeze_pool(rules, code, month, [facts]) if is_pool else None
    decision = evaluate(rules, code, facts, month, pool=pool)
    return explain_whole(rules, code, month, decision, facts, outcomes, pool, amounts)


def test_the_lines_of_every_amount_come_to_what_was_decided(
    explained: list[tuple[Case, Explanation]],
) -> None:
    for case, one in explained:
        assert one.agrees, f"{case.code} {case.title.en}"
        if case.outcome is Outcome.DUE:
            assert one.amount is not None
            assert one.amount.fen == case.amount_fen
            yuan = f"{(case.amount_fen or 0) // 100}.{(case.amount_fen or 0) % 100:02d}"
            assert one.amount.lines[-1].zh == f"应发{yuan}元"
            assert one.amount.lines[-1].en == f"to be paid: {yuan} yuan"


def test_what_would_change_a_condition_does_change_it(
    rules: RuleSet, explained: list[tuple[Case, Explanation]]
) -> None:
    said = 0
    for case, one in explained:
        for condition in one.conditions:
            change = condition.would_change
            if change is None or change.receives:
                continue
            said += 1
            facts = {**case.columns, **change.facts}
            again = explanation_of(rules, case.code, facts, change.month)
            state = next(then.state for then in again.conditions if then.id == condition.id)
            assert state == "true", f"{case.code} {condition.id}: {change.words.en}"
    assert said > 20


def test_only_what_did_not_hold_has_something_to_change(
    explained: list[tuple[Case, Explanation]],
) -> None:
    for _, one in explained:
        for condition in one.conditions:
            assert condition.would_change is None or condition.state == "false"


def test_every_text_is_there_in_both_languages(explained: list[tuple[Case, Explanation]]) -> None:
    for _, one in explained:
        for text in _texts(one):
            assert text.zh.strip()
            assert text.en.strip()
            assert "None" not in text.zh + text.en


def _texts(one: Explanation) -> Iterator[Any]:
    for condition in one.conditions:
        yield condition.sentence
        yield from (value.label for value in condition.values)
        yield from (value.shown for value in condition.values)
        if condition.would_change is not None:
            yield condition.would_change.words
    if one.amount is not None:
        yield one.amount.rule
        yield from one.amount.lines


def test_facts_read_are_all_that_a_decision_needs(rules: RuleSet) -> None:
    for code, cases in load_cases(rules).items():
        programme = rules.programme(code)
        needed = set(facts_read(programme))
        for other in (*programme.depends_on, *programme.rivals):
            needed |= set(facts_read(rules.programme(other)))
        for case in cases:
            kept = {name: value for name, value in case.columns.items() if name in needed}
            assert (
                evaluate(rules, code, kept, case.month).held
                == evaluate(rules, code, case.columns, case.month).held
            )


def change_of(one: Explanation, condition_id: str) -> tuple[str, str] | None:
    """The change of one condition in both languages."""
    (found,) = (condition for condition in one.conditions if condition.id == condition_id)
    if found.would_change is None:
        return None
    return found.would_change.words.zh, found.would_change.words.en


def household(**changes: Value) -> dict[str, Value]:
    """A household that is due the living allowance, but for the changes."""
    facts: dict[str, Value] = {
        "p.hukou_county": True, "hh.income_pc": 70_000, "hh.cash_pc": 0, "hh.cars": 0,
        "hh.nonres_house": False, "hh.houses": 1, "hh.equity_total": 0, "hh.authorised": True,
        "hh.refused_check": False, "sa.dibao": True, "sa.approved_date": date(2026, 3, 1),
        "hh.size": 3,
    }  # fmt: skip
    return {**facts, **{name.replace("__", "."): value for name, value in changes.items()}}


def test_a_threshold_says_the_limit_and_what_there_is(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ01", household(sa__dibao=False, hh__income_pc=130_000))
    assert change_of(one, "MZ01-C2") == (
        "家庭人均月收入应低于1175.00元（现为1300.00元）；或者低保在保应为是（现为否）",
        (
            "monthly income per family member: below 1175.00 yuan (it is 1300.00 yuan); "
            "or on the minimum living allowance roll: to be yes (it is no)"
        ),
    )


def test_a_birthday_says_the_month(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ15", {"p.birth": date(1947, 3, 31), "p.hukou_county": True})
    assert change_of(one, "MZ15-C2") == (
        "自2027年3月起（满80周岁的当月）",
        "from 2027-03 on, the month of the birthday that makes 80 years",
    )


def test_whoever_is_too_old_is_promised_nothing(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ15", {"p.birth": date(1920, 3, 31), "p.hukou_county": True})
    assert change_of(one, "MZ15-C2") is None


def test_a_death_is_not_wished_away(rules: RuleSet) -> None:
    facts: dict[str, Value] = {
        "p.birth": date(1940, 3, 31), "p.hukou_county": True, "p.death_date": date(2026, 9, 1)
    }  # fmt: skip
    one = explanation_of(rules, "MZ15", facts)
    assert change_of(one, "MZ15-STOP-DEATH") is None


def test_an_approval_of_this_month_says_the_next(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ01", household(sa__approved_date=date(2026, 10, 9)))
    assert change_of(one, "MZ01-START") == (
        "其他事实不变时，自2026年11月起",
        "from 2026-11 on, if nothing else changes",
    )


def test_several_ways_are_joined_by_or_and_several_needs_by_and(rules: RuleSet) -> None:
    refused = household(sa__dibao=False, hh__authorised=False, hh__refused_check=True)
    one = explanation_of(rules, "MZ01", refused)
    assert change_of(one, "MZ01-C8") == (
        "核对授权有效应为是（现为否）；并且拒绝核查应为否（现为是）；或者低保在保应为是（现为否）",
        (
            "consent to the means check in force: to be yes (it is no); and refused the means check: "
            "to be no (it is yes); or on the minimum living allowance roll: to be yes (it is no)"
        ),
    )
    facts: dict[str, Value] = {
        **household(sa__dibao=False, hh__houses=2),
        "hh.house_area_pc": 5_000,
    }
    said = change_of(explanation_of(rules, "MZ01", facts), "MZ01-C6")
    assert said is not None
    assert "；或者" in said[0]
    assert "; or " in said[1]


def test_a_legal_value_carries_its_mark_its_day_and_its_source(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ01", household())
    (standard,) = (
        value
        for condition in one.conditions
        for value in condition.values
        if condition.id == "MZ01-C2" and value.name == "par.dibao_std"
    )
    assert standard.mark is not None
    assert (standard.mark.evidence, standard.since) == ("illustrative", date(2024, 11, 1))
    assert standard.citation


def test_an_amount_is_reckoned_step_by_step(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ01", household(hh__income_pc=117_499))
    assert one.amount is not None
    assert [line.en for line in one.amount.lines] == [
        "minimum living standard 1175.00 yuan − monthly income per family member 1174.99 yuan = 0.01 yuan",
        "0.01 yuan × people living together 3 = 0.03 yuan",
        "the larger of 0.00 yuan, 0.03 yuan = 0.03 yuan",
        "0.03 yuan, rounded up to the yuan = 1.00 yuan",
        "to be paid: 1.00 yuan",
    ]


def test_while_something_is_open_the_sum_is_said_only_as_a_possibility(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ01", household(sa__approved_date=None))
    assert one.outcome is Outcome.UNKNOWN
    assert one.amount is not None
    assert one.amount.lines[-1].en == "to be paid if it turns out to hold: 1425.00 yuan"


def test_after_a_no_nothing_is_reckoned(rules: RuleSet) -> None:
    one = explanation_of(rules, "MZ01", household(p__hukou_county=False))
    assert one.amount is None
    assert [condition.id for condition in one.decisive] == ["MZ01-C1"]
