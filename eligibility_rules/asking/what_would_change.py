"""Find what single change of the known facts would make a subject entitled, by trying it."""

from collections.abc import Iterator
from dataclasses import dataclass

from eligibility_rules.asking.question import Question
from eligibility_rules.deciding.decision import Decision, Outcome
from eligibility_rules.facts import Fact
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month

MONTHS_AHEAD = 36


@dataclass(frozen=True, slots=True)
class Ways:
    """What alone would bring about payment: one fact, or waiting until a month; nothing if due."""

    changes: tuple["Change", ...] = ()
    due_from: Month | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact, what is known of it and the value with which the amount would be due."""

    fact: Fact
    now: Value
    then: Value
    amount_fen: int


def ways(rules: RuleSet, question: Question, now: Decision) -> Ways:
    """What trying shows to bring about payment of the whole; `now` is the decision asked about."""
    if now.outcome is Outcome.DUE:
        return Ways()
    return Ways(single_changes(rules, question, now), first_due_month(rules, question))


def single_changes(rules: RuleSet, question: Question, now: Decision) -> tuple[Change, ...]:
    """Every single yes, no or code that alone would make the amount due, in the order of the facts.

    Dates and figures are not tried, their thresholds stand in the conditions; nor are events, which
    nobody can undo.
    """
    if now.outcome is Outcome.DUE:
        return ()
    facts, month = question.facts[question.month], question.month
    found: list[Change] = []
    for name in sorted({one.name for reason in now.reasons for one in reason.values}):
        fact = rules.facts.facts.get(name)
        if fact is None:
            continue
        column = fact.column(question.programme.code)
        for value in _values(fact):
            if value == facts.get(column):
                continue
            tried = question.tried(rules, month, {**facts, column: value})
            if tried.amount_fen is not None:
                found.append(Change(fact, facts.get(column), value, tried.amount_fen))
    return tuple(found)


def _values(fact: Fact) -> Iterator[Value]:
    if fact.kind is Kind.BOOL:
        yield from (True, False)
    elif fact.kind is Kind.CODE:
        yield from fact.codes


def first_due_month(rules: RuleSet, question: Question) -> Month | None:
    """The first later month in which the same facts would be due, within three years."""
    ahead, facts = question.month, question.facts[question.month]
    for _ in range(MONTHS_AHEAD):
        if ahead == Month(2199, 12):
            return None
        ahead = ahead.next
        decided = question.tried(rules, ahead, facts)
        if decided.outcome is Outcome.DUE and question.programme.is_payable(ahead):
            return ahead
    return None
