"""What single change, and what later month, would make somebody entitled."""

from datetime import date

from eligibility_rules import Month, RuleSet, evaluate
from eligibility_rules.language.kinds import Value
from eligibility_rules.what_would_change import Change, first_due_month, single_changes

OCTOBER = Month(2026, 10)
OLD: dict[str, Value] = {"p__birth": date(1920, 1, 1), "p__hukou_county": True}


def changes(rules: RuleSet, facts: dict[str, Value]) -> list[tuple[str, Value, Value, int]]:
    programme = rules.programme("MZ16")
    now = evaluate(rules, "MZ16", facts, OCTOBER)
    found: tuple[Change, ...] = single_changes(rules, programme, facts, OCTOBER, now)
    return [(one.fact.name, one.now, one.then, one.amount_fen) for one in found]


def test_the_one_fact_that_is_missing_is_found(rules: RuleSet) -> None:
    assert changes(rules, {"p__birth": date(1920, 1, 1)}) == [
        ("p.hukou_county", None, True, 40_000)
    ]


def test_an_event_that_did_not_happen_would_do(rules: RuleSet) -> None:
    died = date(2026, 8, 1)
    found = changes(rules, {**OLD, "p__death_date": died})
    assert found == [("p.death_date", died, None, 40_000)]


def test_two_things_in_the_way_are_not_mended_by_one(rules: RuleSet) -> None:
    away = {**OLD, "p__hukou_county": False, "p__death_date": date(2026, 8, 1)}
    assert changes(rules, away) == []


def test_nothing_has_to_change_for_who_is_entitled(rules: RuleSet) -> None:
    assert changes(rules, OLD) == []


def test_the_month_of_the_birthday_is_found(rules: RuleSet) -> None:
    programme = rules.programme("MZ16")
    young = {**OLD, "p__birth": date(1927, 2, 28)}
    assert first_due_month(rules, programme, young, OCTOBER) == Month(2027, 2)
    assert first_due_month(rules, programme, {**OLD, "p__birth": date(1940, 1, 1)}, OCTOBER) is None
    assert first_due_month(rules, programme, young, Month(2199, 12)) is None
