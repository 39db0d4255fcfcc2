"""Whatever is known of somebody, a letter can be written about it, also at the ends of time."""

import json
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eligibility_rules import Fact, Programme, load_rules
from eligibility_rules.asking.lines import decide_months, lines
from eligibility_rules.asking.question import Question, read_question
from eligibility_rules.language.kinds import DAY_FIRST, DAY_LAST, Kind
from eligibility_rules.reading.read_programme import facts_used
from service.programmes.commands.explain import explained

RULES = load_rules()
DAYS = st.one_of(
    st.sampled_from([DAY_FIRST, DAY_LAST, date(1926, 10, 31), date(2024, 2, 29)]),
    st.dates(date(1920, 1, 1), date(2030, 12, 31)),
)


def values(fact: Fact) -> st.SearchStrategy[object]:
    if fact.kind is Kind.BOOL:
        return st.booleans()
    if fact.kind is Kind.CODE:
        return st.sampled_from(fact.codes)
    if fact.span is None:
        return DAYS.map(date.isoformat)
    low, high = fact.span.low, fact.span.high
    return st.one_of(st.sampled_from([low, high]), st.integers(low, min(high, low + 200_000)))


def subjects(programme: Programme) -> st.SearchStrategy[dict[str, object]]:
    facts = [RULES.facts.facts[name] for name in facts_used(programme)]
    known = {fact.column(programme.code): st.none() | values(fact) for fact in facts}
    return st.fixed_dictionaries({}, optional=known)


def ask(code: str, facts: object, month: str, since: str = "") -> Question:
    return read_question(RULES, code, json.dumps(facts).encode(), "facts.json", month, since)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(data=st.data())
def test_every_decision_can_be_told(data: st.DataObject) -> None:
    programme = data.draw(
        st.sampled_from(list(RULES.programmes.values())).map(lambda one: one.code)
    )
    facts = data.draw(subjects(RULES.programme(programme)))
    month = data.draw(st.sampled_from(["1900-02", "2026-10", "2026-12", "2199-12"]))
    question = ask(programme, facts, month)
    decisions = decide_months(RULES, question)
    decision = decisions[question.month]
    told = explained(RULES, question, decision, lines(RULES, question, decisions))
    assert all(bool(one.zh) == bool(one.en) for one in told)
    said = question.explained(RULES, decision)
    assert said.agrees
    assert (said.outcome, said.amount_fen) == (decision.outcome, decision.amount_fen)


@pytest.mark.parametrize("birth", ["1800-01-01", "9999-12-31"])
@pytest.mark.parametrize("month", ["1900-01", "2199-12"])
def test_a_birth_at_the_end_of_time_has_no_birthday_to_wait_for(birth: str, month: str) -> None:
    question = ask("MZ15", {"p.birth": birth, "p.hukou_county": True}, month)
    [decision] = decide_months(RULES, question).values()
    told = explained(RULES, question, decision)
    assert any("[not met]" in one.en for one in told)
    assert not any("from 2" in one.en for one in told)
