"""What would be paid: the regular line, and what mends earlier periods, for one subject."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eligibility_rules.asking.question import Question
from eligibility_rules.deciding.decision import Decision, Outcome
from eligibility_rules.explanation.show_values import decimal_text
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.words import Words


class LineKind(StrEnum):
    """Regular is for the month asked about; the others are about what was or was not paid before."""

    REGULAR = "regular"
    ARREARS = "arrears"
    OFFICE_LATE = "office_late"
    """Arrears of months from the law's deadline on, because the office decided after it."""
    RECOVERY = "recovery"
    BEYOND_LIMIT = "beyond_limit"
    """Due and not paid, but longer ago than the programme pays back."""
    OPEN = "open"
    """A fact is missing, so nothing is paid and nothing claimed back until it is known."""

    @property
    def words(self) -> Words:
        """How a person reads it."""
        return _KINDS[self]


_KINDS = {
    LineKind.REGULAR: Words("当期", "regular"),
    LineKind.ARREARS: Words("补发", "arrears"),
    LineKind.OFFICE_LATE: Words("补发-机关原因", "arrears: the office was late"),
    LineKind.RECOVERY: Words("追回", "recovery"),
    LineKind.BEYOND_LIMIT: Words("超过补发期限", "beyond the limit for back pay"),
    LineKind.OPEN: Words("待核实", "open"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of one period; amounts are whole fen, `amount_fen` None for an open question."""

    period: str
    kind: LineKind
    amount_fen: int | None
    due_fen: int | None
    paid_fen: int
    why: Words


def decide_months(rules: RuleSet, question: Question) -> dict[Month, Decision]:
    """The decision of every month of a question, by the reference interpreter."""
    return {month: question.decide(rules, month) for month in question.months}


def lines(
    rules: RuleSet, question: Question, decisions: Mapping[Month, Decision]
) -> tuple[Line, ...]:
    """The lines of a question, oldest first; a period that is settled has none.

    A period counts by its first payable month in which something is due, else by its last.
    """
    found: list[Line] = []
    for month, decision in _periods(question, decisions):
        line = _line(rules, question, month, decision)
        if line is not None:
            found.append(line)
    return tuple(found)


def _periods(
    question: Question, decisions: Mapping[Month, Decision]
) -> Iterator[tuple[Month, Decision]]:
    programme = question.programme
    counted: dict[str, tuple[Month, Decision]] = {}
    for month in question.months:
        if not programme.is_payable(month):
            continue
        period = programme.period(month)
        before = counted.get(period)
        if before is None or before[1].outcome is not Outcome.DUE:
            counted[period] = (month, decisions[month])
    yield from counted.values()


def _line(rules: RuleSet, question: Question, month: Month, decision: Decision) -> Line | None:
    programme = question.programme
    period = programme.period(month)
    paid = question.paid_fen.get(period, 0)
    if decision.outcome is Outcome.UNKNOWN:
        return Line(period, LineKind.OPEN, None, None, paid, _because(decision, "unknown"))
    due = decision.amount_fen or 0
    if due == paid:
        return None
    if due < paid:
        kind, amount = LineKind.RECOVERY, paid - due
    else:
        kind, amount = _owed_kind(rules, question, month, paid), due - paid
    if decision.outcome is Outcome.NOT_DUE:
        why = _because(decision, "false")
    else:
        why = _difference(due, paid)
    return Line(period, kind, amount, due, paid, why)


def _owed_kind(rules: RuleSet, question: Question, month: Month, paid: int) -> LineKind:
    programme = question.programme
    period = programme.period(month)
    if period == programme.period(question.month):
        return LineKind.ARREARS if paid else LineKind.REGULAR
    if not paid and question.is_office_late(rules, month):
        # However far back: the limit is for those who asked late, not for an office that was late.
        return LineKind.OFFICE_LATE
    last = max(month for month in question.months if programme.period(month) == period)
    asked = question.month
    ago = (asked.year - last.year) * 12 + asked.number - last.number
    return LineKind.ARREARS if ago <= programme.back_pay_months else LineKind.BEYOND_LIMIT


def _because(decision: Decision, state: str) -> Words:
    said = [reason for reason in decision.reasons if reason.state == state]
    zh, en = ("不符合", "not fulfilled") if state == "false" else ("待核实", "not known")
    return Words(
        f"{zh}：{'；'.join(one.zh for one in said)}", f"{en}: {'; '.join(one.en for one in said)}"
    )


def _difference(due: int, paid: int) -> Words:
    owed, had = decimal_text(due, 2), decimal_text(paid, 2)
    return Words(f"应发{owed}元，已发{had}元", f"due {owed} yuan, paid {had} yuan")
