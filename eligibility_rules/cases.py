"""The cases officials check: facts in, decision out, kept beside the rules they are about."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from eligibility_rules.deciding.decision import Outcome
from eligibility_rules.errors import Faults, RuleFault
from eligibility_rules.facts import Fact
from eligibility_rules.language.functions import read_day, read_units
from eligibility_rules.language.kinds import Kind, Value
from eligibility_rules.language.problems import Problem
from eligibility_rules.load import HOME, RuleSet
from eligibility_rules.month import Month
from eligibility_rules.programme import Programme
from eligibility_rules.reading.document import Section, read_document, read_raw
from eligibility_rules.words import Words, printable

_PLACES = {Kind.INT: 0, Kind.MONEY: 2, Kind.RATE: 2, Kind.AREA: 3}
_OUTCOMES = {"due": Outcome.DUE, "not_due": Outcome.NOT_DUE, "unknown": Outcome.UNKNOWN}


@dataclass(frozen=True, slots=True)
class Case:
    """One example. `columns` are the facts by snapshot column, in the units of the columns.

    `refused` and `open` are the ids of exactly the conditions that do not hold and that cannot be
    known; `amount_fen` is None unless the outcome is due.
    """

    code: str
    title: Words
    month: Month
    columns: Mapping[str, Value]
    outcome: Outcome
    amount_fen: int | None
    refused: tuple[str, ...]
    open: tuple[str, ...]
    line: int
    """Where the case stands in its file."""


def load_cases(
    rules: RuleSet,
    folder: Path | None = None,
    *,
    changed: Mapping[str, str] | None = None,
    codes: Collection[str] | None = None,
) -> dict[str, tuple[Case, ...]]:
    """Read cases/<code>.yaml for every programme, or for some; raises RulesInvalid with all faults.

    `changed` holds whole texts that take the place of files or join them, by the file's name.
    """
    home = HOME if folder is None else folder
    instead = {} if changed is None else changed
    faults = Faults()
    found: dict[str, tuple[Case, ...]] = {}
    files = {path.relative_to(home).as_posix() for path in home.glob("cases/*.yaml")}
    files |= {shown for shown in instead if PurePosixPath(shown).match("cases/*.yaml")}
    for shown in sorted(files):
        path = PurePosixPath(shown)
        if codes is not None and path.stem not in codes:
            continue
        document = (
            read_raw(instead[shown].encode(), shown, faults)
            if shown in instead
            else read_document(home / shown, shown, faults)
        )
        if document is None:
            continue
        if path.stem not in rules.programmes:
            named = printable(path.stem)
            said = Words(f"没有项目 {named} 的规则。", f"There are no rules for {named}.")
            document.fault("programme_unknown", said)
            continue
        document.only("given", "cases")
        reader = _CaseReader(document, rules.programmes[path.stem])
        found[path.stem] = tuple(reader.read(entry) for entry in document.sections("cases"))
    faults.raise_if_any()
    return found


class _CaseReader:
    """Reads the cases of one programme; `given` holds the facts that all of them share."""

    def __init__(self, document: Section, programme: Programme) -> None:
        self.programme = programme
        self.given = self._facts(document.section("given"), programme.code)

    def read(self, entry: Section) -> Case:
        entry.only(
            "zh", "en", "month", "facts", "elsewhere", "outcome", "amount", "refused", "open"
        )
        columns = dict(self.given)
        if entry.has("facts"):
            columns |= self._facts(entry.section("facts"), self.programme.code)
        if entry.has("elsewhere"):
            others = entry.section("elsewhere")
            for code in others.items:
                columns |= self._facts(others.section(code), code)
        outcome = _OUTCOMES.get(entry.text("outcome"))
        if outcome is None:
            said = Words(
                "outcome 只能是 due、not_due 或 unknown。",
                "outcome must be due, not_due or unknown.",
            )
            entry.fault("word_unknown", said, "outcome")
        amount = read_units(entry.text("amount"), 2) if entry.has("amount") else None
        if isinstance(amount, Problem):
            entry.fault(amount.code, amount.about("amount"), "amount")
            amount = None
        return Case(
            self.programme.code,
            Words(entry.text("zh"), entry.text("en")),
            self._month(entry),
            columns,
            Outcome.UNKNOWN if outcome is None else outcome,
            amount,
            entry.texts("refused"),
            entry.texts("open"),
            entry.line,
        )

    def _month(self, entry: Section) -> Month:
        try:
            return Month.parse(entry.text("month"))
        except RuleFault as fault:
            entry.fault(fault.code, fault.words, "month")
            return Month(2026, 10)

    def _facts(self, entry: Section, code: str) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for name in entry.items:
            fact = self.programme.facts.facts.get(name)
            if fact is None or self.programme.subject not in fact.subjects:
                shown = printable(name)
                said = Words(
                    f"{shown} 不是这类对象的事实。", f"{shown} is not a fact of this subject."
                )
                entry.fault("name_unknown", said, name)
                continue
            text = entry.text(name)
            value = None if text == "unknown" else _read(fact, text)
            if isinstance(value, Problem):
                entry.fault(value.code, value.about(name), name)
                continue
            found[fact.column(code)] = value
        return found


def _read(fact: Fact, text: str) -> Value | Problem:
    if fact.kind is Kind.BOOL:
        if text not in {"true", "false"}:
            shown = printable(text)
            return Problem(
                "yes_or_no_wrong",
                Words(
                    f"“{shown}” 既不是 true 也不是 false", f'"{shown}" is neither true nor false'
                ),
            )
        return text == "true"
    if fact.kind in {Kind.DATE, Kind.EVENT}:
        return None if text == "never" else read_day(text)
    if fact.kind is Kind.CODE:
        return text
    return read_units(text, _PLACES[fact.kind])
