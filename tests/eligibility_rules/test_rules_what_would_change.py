"""What single change, and what later month, would make somebody entitled."""

import json

from eligibility_rules import Month, RuleSet
from eligibility_rules.asking.question import Question, read_question
from eligibility_rules.asking.what_would_change import first_due_month, single_changes
from eligibility_rules.language.kinds import Value

OLD = {"p.birth": "1920-01-01", "p.hukou_county": True}


def ask(rules: RuleSet, facts: object, code: str = "MZ16", month: str = "2026-10") -> Question:
    return read_question(rules, code, json.dumps(facts).encode(), "facts.json", month)


def changes(
    rules: RuleSet, facts: object, code: str = "MZ16"
) -> list[tuple[str, Value, Value, int]]:
    question = ask(rules, facts, code)
    found = single_changes(rules, question, question.decide(rules, question.month))
    return [(one.fact.name, one.now, one.then, one.amount_fen) for one in found]


def test_the_one_fact_that_is_missing_is_found(rules: RuleSet) -> None:
    assert changes(rules, {"p.birth": "1920-01-01"}) == [("p.hukou_county", None, True, 40_000)]


def test_nobody_is_told_to_undo_an_event(rules: RuleSet) -> None:
    assert changes(rules, {**OLD, "p.death_date": "2026-08-01"}) == []


def test_two_things_in_the_way_are_not_mended_by_one(rules: RuleSet) -> None:
    away = {**OLD, "p.hukou_county": False, "p.death_date": "2026-08-01"}
    assert changes(rules, away) == []


def test_nothing_has_to_change_for_who_is_entitled(rules: RuleSet) -> None:
    assert changes(rules, OLD) == []


def test_the_month_of_the_birthday_is_found(rules: RuleSet) -> None:
    young = {**OLD, "p.birth": "1927-02-28"}
    assert first_due_month(rules, ask(rules, young)) == Month(2027, 2)
    assert first_due_month(rules, ask(rules, {**OLD, "p.birth": "1940-01-01"})) is None
    assert first_due_month(rules, ask(rules, young, month="2199-12")) is None


def test_what_else_is_received_is_taken_for_true(rules: RuleSet) -> None:
    """MZ09 is not paid beside MZ17, whatever the facts say about that."""
    facts = {
        "dis.has_cert": True, "dis.cert_status": "正常", "dis.category": 1, "dis.grade": 1,
        "dis.cert_expire": "2030-01-01", "p.hukou_county": True, "dis.entrusted_care": False,
        "dis.work_injury_care": False, "app.apply_date": "2026-01-05", "p.birth": "1980-01-01",
        "dis.selfcare": "能", "eld.assess": "完好", "p.in_service": False, "sa.tekun": False,
    }  # fmt: skip
    outcomes = []
    for said in ("due", "not_due", "unknown", {"yuan": "125.00"}):
        question = ask(rules, {"facts": facts, "receives": {"MZ17": said}}, "MZ09")
        reasons = question.decide(rules, question.month).reasons
        outcomes.append(next(one.state for one in reasons if one.condition_id == "MZ09-C6"))
    assert outcomes == ["false", "true", "unknown", "false"]
