"""Read a programme's conditions and turn its application, start and stop rules into conditions."""

import re

from eligibility_rules.language.kinds import Kind
from eligibility_rules.language.names import Names
from eligibility_rules.language.read import read_expression
from eligibility_rules.language.tree import Node
from eligibility_rules.periods import Frequency
from eligibility_rules.programme import (
    Action,
    Condition,
    ConditionKind,
    Effective,
    Start,
    StartRule,
    Stop,
)
from eligibility_rules.reading.document import Section
from eligibility_rules.reading.gates import APPLIED, APPLIED_IN_YEAR, STOPS, Gate, start_gate
from eligibility_rules.reading.read_amount import UNREADABLE, read_tree
from eligibility_rules.words import Words, printable

_ID = re.compile(r"[A-Z]{2}[0-9]{2}-C[0-9]{1,2}")


class ConditionReader:
    """Reads conditions in the order of their bits: the rule's own, APPLIED, START, STOPs, STACKs."""

    def __init__(self, document: Section, code: str, names: Names, frequency: Frequency) -> None:
        self.document = document
        self.code = code
        self.names = names
        self.frequency = frequency
        self.found: list[Condition] = []

    def read(self) -> tuple[tuple[Condition, ...], Start, tuple[Stop, ...]]:
        for entry in self.document.sections("conditions"):
            self._own(entry)
        start_entry = self.document.section("start")
        rule = start_entry.word("rule", StartRule)
        if self.document.has("application") and self.document.yes("application"):
            self._application(rule, start_entry)
        start = self._start(start_entry, rule)
        stops = tuple(self._stop(entry) for entry in self.document.sections("stop"))
        self._refuse_doubles()
        return tuple(self.found), start, stops

    def _own(self, entry: Section) -> None:
        entry.only("id", "expr", "zh", "en")
        name = entry.text("id")
        if not _ID.fullmatch(name) or not name.startswith(f"{self.code}-C"):
            shown = printable(name)
            said = Words(
                f"id 须为 {self.code}-C 加数字，而不是 {shown}。",
                f"id must be {self.code}-C and a number, not {shown}.",
            )
            entry.fault("id_wrong", said, "id")
        text, tree = read_tree(entry, "expr", self.names, Kind.BOOL)
        words = Words(entry.text("zh"), entry.text("en"))
        self.found.append(Condition(name, ConditionKind.RULE, text, tree, words))

    def _application(self, rule: StartRule, entry: Section) -> None:
        """The application gate; a file may say in `start.applied` which condition it is."""
        if entry.has("applied"):
            self._written("APPLIED", ConditionKind.APPLICATION, entry.section("applied"))
            return
        yearly = rule is StartRule.CALENDAR_YEAR_CONFIRMED
        gate = APPLIED_IN_YEAR if yearly else APPLIED
        self._standard(gate, ConditionKind.APPLICATION, entry)

    def _start(self, entry: Section, rule: StartRule) -> Start:
        entry.only("rule", "expr", "zh", "en", "condition", "applied", "note")
        note = entry.text("note", "")
        if entry.has("condition"):
            return Start(rule, self._named(entry), note)
        gate = start_gate(rule, self.frequency)
        if gate is not None and not entry.has("expr"):
            return Start(rule, self._standard(gate, ConditionKind.START, entry), note)
        return Start(rule, self._written("START", ConditionKind.START, entry), note)

    def _stop(self, entry: Section) -> Stop:
        entry.only("event", "action", "effective", "condition", "not_modelled", "note")
        event = entry.text("event")
        action = entry.text("action")
        if action and action.partition(":")[0] not in set(Action):
            listing = ", ".join(Action)
            shown = printable(action)
            said = Words(
                f"action 只能是 {listing} 之一，而不是 {shown}。",
                f"action must be one of {listing}, not {shown}.",
            )
            entry.fault("word_unknown", said, "action")
        effective = entry.word("effective", Effective)
        note = entry.text("not_modelled" if entry.has("not_modelled") else "note", "")
        condition = ""
        if entry.has("condition"):
            condition = self._named(entry)
        elif not entry.has("not_modelled"):
            gate = STOPS.get((event, effective))
            if gate is None:
                shown = printable(event)
                said = Words(
                    f"{shown} 配 {effective} 没有标准停发条件：请写明落实它的条件，"
                    "或在 not_modelled 中写明经办人如何处理。",
                    f"{shown} with {effective} has no standard gate: name the condition that "
                    "implements it, or say under not_modelled what an officer does instead.",
                )
                entry.fault("stop_not_known", said, "event")
            else:
                condition = self._standard(gate, ConditionKind.STOP, entry)
        return Stop(event, action, effective, condition, note)

    def _standard(self, gate: Gate, kind: ConditionKind, entry: Section) -> str:
        name = f"{self.code}-{gate.suffix}"
        tree = read_expression(gate.expr, self.names, Kind.BOOL)
        if not isinstance(tree, Node):
            for problem in tree:
                said = problem.words.within(
                    f"标准条件 {name}：{{}}。", f"The standard gate {name}: {{}}."
                )
                entry.fault(problem.code, said)
            tree = UNREADABLE
        if all(condition.id != name for condition in self.found):
            self.found.append(Condition(name, kind, gate.expr, tree, gate.words))
        return name

    def _written(self, suffix: str, kind: ConditionKind, entry: Section) -> str:
        name = f"{self.code}-{suffix}"
        text, tree = read_tree(entry, "expr", self.names, Kind.BOOL)
        words = Words(entry.text("zh"), entry.text("en"))
        self.found.append(Condition(name, kind, text, tree, words))
        return name

    def _named(self, entry: Section) -> str:
        name = entry.text("condition")
        if all(condition.id != name for condition in self.found):
            shown = printable(name)
            said = Words(f"上文没有条件 {shown}。", f"There is no condition {shown} above.")
            entry.fault("condition_unknown", said, "condition")
        return name

    def _refuse_doubles(self) -> None:
        ids = [condition.id for condition in self.found]
        for name in sorted({one for one in ids if ids.count(one) > 1}):
            shown = printable(name)
            said = Words(f"条件编号 {shown} 用了两次。", f"The condition id {shown} is used twice.")
            self.document.fault("id_doubled", said, "conditions")
