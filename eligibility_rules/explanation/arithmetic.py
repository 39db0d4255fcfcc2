"""The arithmetic of an amount, line by line, so that anybody can reckon it again.

Every step names what goes into it and what comes out, in the order in which it is reckoned; of
several branches only the one that counts is written. The last line is the payable sum.
"""

from collections.abc import Mapping

from eligibility_rules.deciding.amount import amount_of, approved_rate
from eligibility_rules.deciding.fact_values import fact_value
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.explanation.asked import Asked
from eligibility_rules.explanation.show_values import UNKNOWN, decimal_text, shown, shown_fact
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.tree import (
    AmountOf,
    Choose,
    Const,
    Derived,
    Extreme,
    FactRef,
    Floor,
    Modulo,
    MonthsUnder3,
    MonthsUntil,
    Node,
    ParamRef,
    Scale,
    Sum,
    Times,
    walk,
)
from eligibility_rules.programme import Pool, Programme, Rounding, Tiers
from eligibility_rules.words import Words

_ROUNDED = {
    Rounding.FEN: Words("四舍五入到分", "rounded half up to the fen"),
    Rounding.YUAN_UP: Words("见元进元", "rounded up to the yuan"),
    Rounding.YUAN_HALF_UP: Words("四舍五入到元", "rounded half up to the yuan"),
}
_SCALED = {
    "half_up": Words("四舍五入到分", "rounded half up to the fen"),
    "down": Words("先舍去不足一分的部分", "less than a fen left off first"),
    "up": Words("不足一分先进为一分", "less than a fen counted as one first"),
}
_MONTHS = Words("本年计发月数", "months counted this year")


def amount_lines(
    asked: Asked, pool: PoolRate | None, *, is_due: bool
) -> tuple[tuple[Words, ...], int | None]:
    """The lines and the payable fen they come to; None if the amount is not known.

    `is_due`: whether anything is paid; else the lines say what it would come to.
    """
    programme, month = asked.programme, asked.month
    rule = programme.amount.rule
    fen = amount_of(programme, asked.facts, month, asked.receives, pool, asked.amounts)
    if isinstance(rule, Pool):
        lines = _pool_lines(
            programme, rule, asked.facts, pool or approved_rate(programme, rule, month)
        )
    else:
        writer = _Writer(asked)
        written = writer.write(rule.tree)
        lines = writer.lines
        before = writer.value(rule.tree)
        if not lines:
            lines.append(written)
        if isinstance(before, int) and fen is not None and before != fen:
            how, old, new = _ROUNDED[programme.rounding], _yuan(before), _yuan(fen)
            lines.append(
                Words(
                    f"{old.zh}{how.zh} = {new.zh}",
                    f"{old.en}, {how.en} = {new.en}",
                )
            )
    if fen is None:
        lines.append(Words("应发金额不明", "the sum to be paid is not known"))
    else:
        due = _yuan(fen)
        lines.append(
            Words(f"应发{due.zh}", f"to be paid: {due.en}")
            if is_due
            else Words(
                f"如查明符合条件，应发{due.zh}", f"to be paid if it turns out to hold: {due.en}"
            )
        )
    return tuple(lines), fen


def _pool_lines(
    programme: Programme, rule: Pool, facts: Mapping[str, Value], frozen: PoolRate | None
) -> list[Words]:
    area = fact_value(programme, facts, rule.area)
    label = programme.facts.words_of(rule.area)
    if frozen is None or not isinstance(area, int):
        return []
    size, rate, fen = shown(Kind.AREA, area), frozen.rate_text, _yuan(frozen.amount_fen(area))
    pool, total = programme.parameters[rule.pool].words, programme.parameters[rule.area_total].words
    how = (
        Words("各户一律舍去不足一分的部分", "less than a fen left off for everybody alike")
        if frozen.round_down
        else _ROUNDED[Rounding.FEN]
    )
    return [
        Words(
            f"{pool.zh} ÷ {total.zh} = 每亩{rate}元（舍去其后的小数）",
            f"{pool.en} ÷ {total.en} = {rate} yuan per mu (further decimals left off)",
        ),
        Words(
            f"{label.zh} {size.zh} × {rate}元/亩 = {fen.zh}（{how.zh}）",
            f"{label.en} {size.en} × {rate} yuan per mu = {fen.en} ({how.en})",
        ),
    ]


def _yuan(fen: int) -> Words:
    return shown(Kind.MONEY, fen)


class _Writer:
    """Writes a tree out step by step; `write` returns how the result is called in the next step."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.programme = asked.programme
        self.lines: list[Words] = []

    def value(self, node: Node) -> Value:
        return self.asked.value(node)

    def write(self, node: Node) -> Words:
        if isinstance(node, Choose):
            return self._choose(node)
        if isinstance(node, Sum):
            sign = "+" if node.sign == 1 else "−"
            return self._step(node, sign, [node.left, node.right])
        if isinstance(node, Times):
            return self._step(node, "×", [node.left, node.right])
        if isinstance(node, Scale):
            return self._scale(node)
        if isinstance(node, Extreme):
            return self._extreme(node)
        return self._whole(node) if isinstance(node, Floor | Modulo) else self._named(node)

    def _whole(self, node: Floor | Modulo) -> Words:
        sign = "÷" if isinstance(node, Floor) else "mod"
        whole = Words("取整", "whole part") if isinstance(node, Floor) else Words("余数", "rest")
        left, result = self.write(node.item), self._figure(node)
        return self._line(
            Words(f"{left.zh} {sign} {node.divisor}", f"{left.en} {sign} {node.divisor}"),
            result,
            whole,
        )

    def _choose(self, node: Choose) -> Words:
        test = self.value(node.test)
        tier = self._tier(node.test)
        if test is None:
            self.lines.append(
                Words("适用哪一档不明", "which amount applies is not known")
                if tier is not None
                else Words("适用哪种算法不明", "which way of reckoning applies is not known")
            )
            return UNKNOWN
        if not test:
            return self.write(node.no)
        if tier is not None:
            why = self._reasons(node.test)
            self.lines.append(
                Words(f"适用档次：{tier.zh}{why.zh}", f"tier that applies: {tier.en}{why.en}")
            )
        return self.write(node.yes)

    def _tier(self, test: Node) -> Words | None:
        rule = self.programme.amount.rule
        if isinstance(rule, Tiers):
            for tier in rule.tiers:
                if tier.when == test:
                    return tier.words
        return None

    def _reasons(self, test: Node) -> Words:
        """The facts a tier was chosen by, in brackets."""
        found: dict[str, Words] = {}
        for node in walk(test):
            if isinstance(node, FactRef | Derived):
                label, is_now = self.programme.facts.words_of(node.name), self._figure(node)
                found[node.name] = Words(f"{label.zh}：{is_now.zh}", f"{label.en}: {is_now.en}")
        if not found:
            return Words("", "")
        zh = "，".join(one.zh for one in found.values())
        return Words(f"（{zh}）", f" ({', '.join(one.en for one in found.values())})")

    def _step(self, node: Node, sign: str, items: list[Node]) -> Words:
        parts = [self.write(item) for item in items]
        written = Words(
            f" {sign} ".join(one.zh for one in parts), f" {sign} ".join(one.en for one in parts)
        )
        return self._line(written, self._figure(node))

    def _scale(self, node: Scale) -> Words:
        parts = self._by_unit(node)
        if parts is not None:
            written = Words(" × ".join(p.zh for p in parts), " × ".join(p.en for p in parts))
            return self._line(written, self._figure(node), self._rounded(node))
        value = self.write(node.value)
        if isinstance(node.factor, Const) and node.factor.kind is Kind.INT:
            factor, sign = Words(str(node.divisor), str(node.divisor)), "÷"
        else:
            factor, sign = self.write(node.factor), "×"
        written = Words(f"{value.zh} {sign} {factor.zh}", f"{value.en} {sign} {factor.en}")
        return self._line(written, self._figure(node), self._rounded(node))

    def _rounded(self, node: Scale) -> Words | None:
        left, right = self.value(node.value), self.value(node.factor)
        is_exact = (
            isinstance(left, int) and isinstance(right, int) and left * right % node.divisor == 0
        )
        return None if is_exact else _SCALED[node.mode]

    def _by_unit(self, node: Scale) -> list[Words] | None:
        """Both factors of a rate for a unit times a fact kept in hundredths of it, else None.

        What divides is how the fact is kept, and is nothing that anybody has to reckon.
        """
        if not (isinstance(node.value, Times) and isinstance(node.factor, Const)):
            return None
        items = [node.value.left, node.value.right]
        for one in items:
            fact = self.programme.facts.facts[one.name] if isinstance(one, FactRef) else None
            if fact is not None and fact.places and 10**fact.places == node.divisor:
                return [self._in_unit(item) for item in items]
        return None

    def _in_unit(self, node: Node) -> Words:
        fact = self.programme.facts.facts[node.name] if isinstance(node, FactRef) else None
        value = self.value(node)
        if fact is None or value is None:
            return self.write(node)
        size = shown_fact(fact, value)
        return Words(f"{fact.words.zh} {size.zh}", f"{fact.words.en} {size.en}")

    def _extreme(self, node: Extreme) -> Words:
        parts = [self.write(item) for item in node.items]
        zh, en = ("较大者", "the larger of") if node.op == "max" else ("较小者", "the smaller of")
        written = Words(
            f"{'、'.join(one.zh for one in parts)}，取{zh}",
            f"{en} {', '.join(one.en for one in parts)}",
        )
        return self._line(written, self._figure(node))

    def _line(self, written: Words, result: Words, how: Words | None = None) -> Words:
        note = Words("", "") if how is None else Words(f"（{how.zh}）", f" ({how.en})")
        self.lines.append(
            Words(f"{written.zh} = {result.zh}{note.zh}", f"{written.en} = {result.en}{note.en}")
        )
        return result

    def _named(self, node: Node) -> Words:
        result = self._figure(node)
        label = self._label(node)
        if label is None:
            return result
        return Words(f"{label.zh} {result.zh}", f"{label.en} {result.en}")

    def _label(self, node: Node) -> Words | None:
        if isinstance(node, FactRef | Derived):
            return self.programme.facts.words_of(node.name)
        if isinstance(node, ParamRef):
            return self.programme.parameters[node.name].words
        if isinstance(node, AmountOf):
            name = self.asked.name_of(node.code)
            return Words(f"“{name.zh}”的金额", f"the sum of {name.en}")
        return _MONTHS if isinstance(node, MonthsUnder3 | MonthsUntil) else None

    def _figure(self, node: Node) -> Words:
        value = self.value(node)
        if value is None:
            return UNKNOWN
        if node.kind is Kind.MONEY and isinstance(value, int):
            text = decimal_text(value, 2)
            return Words(f"{text}元", f"{text} yuan")
        return shown(node.kind, value)
