"""Read how a programme gets on with others, and turn what forbids into conditions.

Every rule that forbids says what holds it: a condition of the file, the amount's arithmetic, the
other programme that yields, or, where no department says the fact, what an officer does instead.
"""

from collections.abc import Mapping

from eligibility_rules.facts import Subject
from eligibility_rules.language.functions import AMOUNT_SPAN
from eligibility_rules.language.kinds import Kind
from eligibility_rules.language.tree import (
    AmountOf,
    Compare,
    Every,
    FactRef,
    Node,
    Not,
    Receives,
    Some,
    Standing,
    StandingAmount,
    walk,
)
from eligibility_rules.programme import (
    ONLY_SAID,
    Amount,
    Condition,
    ConditionKind,
    Pool,
    Stacking,
    Together,
)
from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words, printable

YIELDS, PREVAILS, HIGHEST, AMOUNT = "yields", "prevails", "highest", "amount"


class StackingReader:
    """Reads the stacking entries of one programme; gates are added after its other conditions."""

    def __init__(
        self,
        document: Section,
        code: str,
        subject: Subject,
        conditions: tuple[Condition, ...],
        amount: Amount,
        titles: Mapping[str, tuple[Words, str]],
    ) -> None:
        self.document = document
        self.code = code
        self.subject = subject
        self.amount = amount
        self.titles = titles
        self.found = list(conditions)
        self.rivals: list[str] = []

    def read(self) -> tuple[tuple[Condition, ...], tuple[Stacking, ...], tuple[str, ...]]:
        """The conditions with their gates, the entries, and the codes this programme is weighed against."""
        entries = tuple(self._entry(entry) for entry in self.document.sections("stacking"))
        if self.rivals:
            self.found.append(self._highest())
        return tuple(self.found), entries, tuple(sorted(self.rivals))

    def _entry(self, entry: Section) -> Stacking:
        entry.only("with", "rule", "held_by", "not_modelled", "note")
        codes = entry.texts("with")
        rule = entry.word("rule", Together)
        note = entry.text("not_modelled" if entry.has("not_modelled") else "note", "")
        if rule in ONLY_SAID or entry.has("not_modelled"):
            return Stacking(codes, rule, "", note)
        usual = HIGHEST if rule is Together.PICK_HIGHEST else ""
        held_by = entry.text("held_by", usual)
        if not held_by:
            said = Words(
                f"{rule} 须写 held_by：某个条件、amount、{YIELDS}、{PREVAILS} 或 {HIGHEST}；"
                "或在 not_modelled 中写明经办人如何处理。",
                f"{rule} needs held_by: a condition, amount, {YIELDS}, {PREVAILS} or {HIGHEST}; or "
                "say under not_modelled what an officer does instead.",
            )
            entry.fault("stacking_not_held", said, "rule")
            return Stacking(codes, rule, "", note)
        return Stacking(codes, rule, self._held(entry, held_by, codes), note)

    def _held(self, entry: Section, held_by: str, codes: tuple[str, ...]) -> str:
        word, _, fact = held_by.partition(":")
        if word == AMOUNT:
            self._check_amount(entry, fact.strip(), codes)
            return AMOUNT
        if held_by in {YIELDS, HIGHEST}:
            self._known(entry, codes)
        if held_by == YIELDS:
            return ",".join(self._yields(code) for code in codes)
        if held_by == PREVAILS:
            return PREVAILS
        if held_by == HIGHEST:
            self.rivals += [code for code in codes if code not in self.rivals]
            return f"{self.code}-STACK-HIGHEST"
        if all(condition.id != held_by for condition in self.found):
            shown = printable(held_by)
            said = Words(f"没有条件 {shown}。", f"There is no condition {shown}.")
            entry.fault("condition_unknown", said, "held_by")
        return held_by

    def _known(self, entry: Section, codes: tuple[str, ...]) -> None:
        for code in codes:
            if code not in self.titles:
                shown = printable(code)
                said = Words(f"没有项目 {shown} 的规则。", f"There are no rules for {shown}.")
                entry.fault("programme_unknown", said, "with")
            elif self.titles[code][1] != self.subject.value:
                other = printable(self.titles[code][1])
                said = Words(
                    f"{code} 的对象是 {other}，{self.code} 的对象是 {self.subject}；请改写条件。",
                    f"{code} is about a {other} and {self.code} about a {self.subject}; name a "
                    "condition instead.",
                )
                entry.fault("subject_differs", said, "with")

    def _check_amount(self, entry: Section, fact: str, codes: tuple[str, ...]) -> None:
        rule = self.amount.rule
        nodes = [] if isinstance(rule, Pool) else walk(rule.tree)
        asked = {one.code for one in nodes if isinstance(one, AmountOf | Receives)}
        facts = {one.name for one in nodes if isinstance(one, FactRef)}
        if not (fact in facts if fact else asked & set(codes)):
            wanted = printable(fact) or "receives() or amount_of() of one of these programmes"
            wanted_zh = printable(fact) or "这些项目的 receives() 或 amount_of()"
            said = Words(f"金额没有用到 {wanted_zh}。", f"The amount does not ask {wanted}.")
            entry.fault("stacking_not_held", said, "held_by")

    def _yields(self, code: str) -> str:
        name = f"{self.code}-STACK-{code}"
        title = self.titles[code][0] if code in self.titles else Words(code, code)
        words = Words(f"未享受{title.zh}", f"does not receive: {title.en}")
        tree = Not(Kind.BOOL, None, Receives(Kind.BOOL, None, code))
        expr = f"not receives('{code}')"
        self.found.append(Condition(name, ConditionKind.STACKING, expr, tree, words))
        return name

    def _highest(self) -> Condition:
        """Nobody outbids: of equal amounts the code that comes first in the alphabet is paid."""
        mine = StandingAmount(Kind.MONEY, AMOUNT_SPAN, self.code)
        outbid: list[Node] = []
        for code in self.rivals:
            other = StandingAmount(Kind.MONEY, AMOUNT_SPAN, code)
            more = Compare(Kind.BOOL, None, ">=" if code < self.code else ">", other, mine)
            outbid.append(Every(Kind.BOOL, None, (Standing(Kind.BOOL, None, code), more)))
        listed = [self.titles[code][0] for code in self.rivals if code in self.titles]
        words = Words(
            f"与{'、'.join(one.zh for one in listed)}比较，本项金额最高（同额的只发一项）",
            f"pays the most beside {', '.join(one.en for one in listed)} (of equals one is paid)",
        )
        tree = Not(Kind.BOOL, None, Some(Kind.BOOL, None, tuple(outbid)))
        expr = f"pays more than {', '.join(self.rivals)}"
        name = f"{self.code}-STACK-HIGHEST"
        return Condition(name, ConditionKind.STACKING, expr, tree, words)
