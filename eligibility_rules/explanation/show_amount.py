"""Write the arithmetic of an amount out, so that anybody can add it up again."""

from collections.abc import Mapping

from eligibility_rules.deciding.amount import amount_of, approved_rate
from eligibility_rules.deciding.bind import bind
from eligibility_rules.deciding.decision import Outcome, Reason, ValueUsed
from eligibility_rules.deciding.fact_values import fact_value, situation_of
from eligibility_rules.deciding.interpret import Situation, meaning
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.explanation.show_values import UNKNOWN, decimal_text, shown, values_used
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.tree import (
    Choose,
    Const,
    Extreme,
    Node,
    Scale,
    Sum,
    Times,
)
from eligibility_rules.month import Month
from eligibility_rules.programme import Pool, Programme, Rounding
from eligibility_rules.words import Words

_ROUNDED = {
    Rounding.FEN: Words("四舍五入到分", "rounded half up to the fen"),
    Rounding.YUAN_UP: Words("见元进元", "rounded up to the yuan"),
    Rounding.YUAN_HALF_UP: Words("四舍五入到元", "rounded half up to the yuan"),
}


def amount_reason(
    programme: Programme,
    facts: Mapping[str, Value],
    month: Month,
    receives: Mapping[str, Outcome],
    pool: PoolRate | None,
    amounts: Mapping[str, int | None],
) -> Reason:
    """The last line of an explanation: rule, figures put in, and the payable amount."""
    rule = programme.amount.rule
    amount = amount_of(programme, facts, month, receives, pool, amounts)
    name, words = f"{programme.code}-AMOUNT", programme.amount.words
    if isinstance(rule, Pool):
        steps = _pool_steps(programme, rule, facts, pool or approved_rate(programme, rule, month))
        values: tuple[ValueUsed, ...] = ()
    else:
        situation = situation_of(programme, facts, receives, amounts)
        written = write_out(bind(rule.tree, month, programme.parameters), situation)
        steps = Words(written, written)
        values = values_used(programme, rule.tree, facts, month, receives)
    if amount is None:
        zh, en = f"{words.zh}：金额不明", f"{words.en}: the amount is not known"
        return Reason(name, "unknown", zh, en, values)
    how = _ROUNDED[programme.rounding]
    paid = decimal_text(amount, 2)
    zh = f"{words.zh}：{steps.zh} → {paid}元（{how.zh}）"
    en = f"{words.en}: {steps.en} → {paid} yuan ({how.en})"
    return Reason(name, "true", zh, en, values)


def _pool_steps(
    programme: Programme, rule: Pool, facts: Mapping[str, Value], frozen: PoolRate | None
) -> Words:
    area = fact_value(programme, facts, rule.area)
    if frozen is None or not isinstance(area, int):
        return UNKNOWN
    size, rate = shown(Kind.AREA, area), frozen.rate_text
    return Words(f"{size.zh} × {rate}元/亩", f"{size.en} × {rate} yuan per mu")


def write_out(node: Node, situation: Situation) -> str:
    """The tree with its figures put in; only the branch that counts is written."""
    if isinstance(node, Choose):
        test = meaning(node.test, situation)
        if test is None:
            return "?"
        return write_out(node.yes if test else node.no, situation)
    if isinstance(node, Extreme):
        inner = ", ".join(write_out(item, situation) for item in node.items)
        return f"{node.op}({inner})"
    if isinstance(node, Sum | Times | Scale):
        return _operation(node, situation)
    return _figure(node.kind, meaning(node, situation))


def _operation(node: Sum | Times | Scale, situation: Situation) -> str:
    if isinstance(node, Sum):
        sign = "+" if node.sign == 1 else "−"
        left, right = write_out(node.left, situation), write_out(node.right, situation)
        return f"({left} {sign} {right})"
    if isinstance(node, Times):
        return f"{write_out(node.left, situation)} × {write_out(node.right, situation)}"
    value = write_out(node.value, situation)
    if isinstance(node.factor, Const) and node.factor.kind is Kind.INT:
        return f"{value} ÷ {node.divisor}"
    return f"{value} × {write_out(node.factor, situation)}"


def _figure(kind: Kind, value: Value) -> str:
    if kind is Kind.MONEY and isinstance(value, int):
        return decimal_text(value, 2)
    return "?" if value is None else shown(kind, value).zh
