"""Read a policy question: facts of one subject, how they change over the months, and what was paid.

Either an object of facts, or `{"facts": {…}, "months": {"2026-08": {…}}, "paid": {"2026-08": 6000},
"receives": {"MZ17": "not_due"}}`: what stands under a month holds from that month on, `paid` is whole
fen by period, and `receives` is taken for true instead of being decided on the same facts.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from eligibility_rules.asking.given_facts import FactReader
from eligibility_rules.asking.json_document import Located, Number, read_json
from eligibility_rules.deciding.decision import Decision, Outcome
from eligibility_rules.deciding.evaluate import decide, evaluate
from eligibility_rules.deciding.office_late import is_office_late
from eligibility_rules.deciding.pool import PoolRate
from eligibility_rules.errors import Faults, RuleFault
from eligibility_rules.explanation import Explanation, explain_whole
from eligibility_rules.language.functions import read_units
from eligibility_rules.language.kinds import Value
from eligibility_rules.language.problems import Problem
from eligibility_rules.load import RuleSet
from eligibility_rules.month import Month
from eligibility_rules.programme import Programme
from eligibility_rules.reading.read_programme import facts_used
from eligibility_rules.words import Words, printable

MONTHS_MAX = 240
_PARTS = ("facts", "months", "paid", "receives")
_OUTCOMES = {one.name.lower(): one for one in Outcome}


@dataclass(frozen=True)
class Question:
    """Facts by snapshot column, as they are in each month from the first to the one asked about.

    `paid_fen` is what was already paid, by period. `unused` are facts that the programme does not
    look at. `receives` and `amounts_fen` are what other programmes are taken to pay.
    """

    programme: Programme
    months: tuple[Month, ...]
    facts: Mapping[Month, Mapping[str, Value]]
    paid_fen: Mapping[str, int]
    receives: Mapping[str, Outcome]
    amounts_fen: Mapping[str, int | None]
    unused: tuple[str, ...]
    pool: PoolRate | None = None
    """The frozen rate of a pool; without it the rate of the approved total area counts."""

    @property
    def month(self) -> Month:
        """The month asked about, which is the last one."""
        return self.months[-1]

    def decide(
        self, rules: RuleSet, month: Month, facts: Mapping[str, Value] | None = None
    ) -> Decision:
        """The decision for a month, on the facts of that month or on others."""
        code, known = self.programme.code, self.facts[month] if facts is None else facts
        return evaluate(rules, code, known, month, self.receives, self.pool, self.amounts_fen)

    def tried(self, rules: RuleSet, month: Month, facts: Mapping[str, Value]) -> Decision:
        """What other facts or another month would bring; without reasons."""
        code = self.programme.code
        return decide(rules, code, facts, month, self.receives, self.pool, self.amounts_fen)

    def is_office_late(self, rules: RuleSet, month: Month) -> bool:
        """Whether a month that is due is so only because of the law's deadline."""
        return is_office_late(
            rules, self.programme.code, self.facts[month], month,
            self.receives, self.pool, self.amounts_fen,
        )  # fmt: skip

    def explained(self, rules: RuleSet, decision: Decision) -> Explanation:
        """The decision of the month asked about with all its reasons."""
        outcomes, amounts = dict(self.receives), dict(self.amounts_fen)
        facts, month = self.facts[self.month], self.month
        for code in {*self.programme.depends_on, *self.programme.rivals} - outcomes.keys():
            other = evaluate(rules, code, facts, month, self.receives, amounts=self.amounts_fen)
            outcomes[code], amounts[code] = other.outcome, other.amount_fen
        return explain_whole(
            rules, self.programme.code, month, decision, facts, outcomes, amounts=amounts
        )


def read_question(
    rules: RuleSet, code: str, raw: bytes, file: str, month: str, since: str = ""
) -> Question:
    """Read a question about programme `code`; raises RulesInvalid with every fault at once."""
    faults = Faults()
    months = _months(month, since, faults)
    programme = rules.programmes.get(code)
    if programme is None:
        faults.add("programme_unknown", "CODE", 1, rules.unknown(code))
    entry = read_json(raw, file, faults)
    if entry is None or programme is None:
        faults.raise_if_any()
        raise AssertionError("what is missing was reported")
    reader = _QuestionReader(rules, programme, months, file, faults)
    question = reader.read(entry)
    faults.raise_if_any()
    return question


def _months(month: str, since: str, faults: Faults) -> tuple[Month, ...]:
    """The months from since to month; just one without since, none after a fault."""
    found: dict[str, Month] = {}
    for name, text in (("--month", month), ("--since", since or month)):
        try:
            found[name] = Month.parse(text)
        except RuleFault as fault:
            if name == "--month" or since:
                faults.add(fault.code, name, 1, fault.words, value=text)
    if len(found) < 2:
        return ()
    first, last = found["--since"], found["--month"]
    count = (last.year - first.year) * 12 + last.number - first.number + 1
    if not 1 <= count <= MONTHS_MAX:
        said = Words(
            f"{first} 须在 {last} 或之前，且最多早 {MONTHS_MAX} 个月。",
            f"{first} must be at most {MONTHS_MAX} months before {last}, and not after it.",
        )
        faults.add("since_wrong", "--since", 1, said)
        return ()
    months = [first]
    while months[-1] != last:
        months.append(months[-1].next)
    return tuple(months)


class _QuestionReader:
    def __init__(
        self,
        rules: RuleSet,
        programme: Programme,
        months: tuple[Month, ...],
        file: str,
        faults: Faults,
    ) -> None:
        self.programme = programme
        self.months = months
        self.file = file
        self.faults = faults
        self.facts = FactReader(rules, programme, file, faults)

    def read(self, entry: Located) -> Question:
        parts = {"facts": entry}
        if isinstance(entry.value, dict) and any(part in entry.value for part in _PARTS):
            parts = entry.value
        for name in parts:
            if name not in _PARTS:
                listing, shown = ", ".join(_PARTS), printable(name)
                said = Words(f"{shown} 不是 {listing} 之一。", f"{shown} is not one of {listing}.")
                self._fault("key_unknown", parts[name].line, said)
        given = parts.get("facts", Located({}, entry.line))
        known = self.facts.read(given, "facts")
        changes = self._changes(parts.get("months"))
        timeline: dict[Month, Mapping[str, Value]] = {}
        for change in sorted(changes):
            if self.months and change < self.months[0]:
                known = known | changes[change]
        for month in self.months:
            known = known | changes.get(month, {})
            timeline[month] = known
        seen = {*known, *(name for change in changes.values() for name in change)}
        return Question(
            self.programme,
            self.months,
            timeline,
            self._paid(parts.get("paid")),
            *self._receives(parts.get("receives")),
            self._unused(seen),
        )

    def _changes(self, entry: Located | None) -> dict[Month, dict[str, Value]]:
        found: dict[Month, dict[str, Value]] = {}
        for name, item in self._object(entry, "months"):
            changed = self.facts.read(item, printable(name))
            try:
                month = Month.parse(name)
            except RuleFault as fault:
                self._fault(fault.code, item.line, fault.words)
                continue
            if self.months and month > self.months[-1]:
                said = Words(
                    f"{month} 在所问月份 {self.months[-1]} 之后。",
                    f"{month} lies after the month asked about, {self.months[-1]}.",
                )
                self._fault("month_outside", item.line, said)
            found[month] = changed
        return found

    def _paid(self, entry: Located | None) -> dict[str, int]:
        found: dict[str, int] = {}
        periods = {self.programme.period(month) for month in self.months}
        for period, item in self._object(entry, "paid"):
            if periods and period not in periods:
                shown, such = printable(period), max(periods)
                said = Words(
                    f"“{shown}” 不在所问的期间内，期间如 {such}；用 --since 可一并问更早的。",
                    f'"{shown}" is not a period asked about, such as {such}; --since asks about '
                    "earlier ones too.",
                )
                self._fault("period_unknown", item.line, said)
            fen = _fen(item.value)
            if isinstance(fen, Problem):
                self._fault(fen.code, item.line, fen.about(f"paid {printable(period)}"))
                continue
            found[period] = fen
        return found

    def _receives(self, entry: Located | None) -> tuple[dict[str, Outcome], dict[str, int | None]]:
        outcomes: dict[str, Outcome] = {}
        amounts: dict[str, int | None] = {}
        asked = {one.code for one in self._asked_about()} - {self.programme.code}
        for code, item in self._object(entry, "receives"):
            if code not in asked:
                mine, shown, listing = (
                    self.programme.code,
                    printable(code),
                    ", ".join(sorted(asked)),
                )
                said = Words(
                    f"{mine} 与 {shown} 无关" + (f"；它涉及 {listing}。" if asked else "。"),
                    f"{mine} does not ask about {shown}"
                    + (f"; it asks about {listing}." if asked else "."),
                )
                self._fault("programme_not_asked", item.line, said)
            word = item.value if isinstance(item.value, str) else ""
            fen = _fen(item.value)
            if word in _OUTCOMES:
                outcomes[code], amounts[code] = _OUTCOMES[word], None
            elif isinstance(fen, Problem):
                shown, listing = printable(code), ", ".join(_OUTCOMES)
                said = Words(
                    f"{shown}：须为 {listing} 之一，或金额，如 6000（分）。",
                    f"{shown}: it must be {listing}, or an amount such as 6000 fen.",
                )
                self._fault("outcome_wrong", item.line, said)
            else:
                outcomes[code], amounts[code] = Outcome.DUE, fen
        return outcomes, amounts

    def _object(self, entry: Located | None, of: str) -> Iterable[tuple[str, Located]]:
        if entry is None:
            return ()
        if not isinstance(entry.value, dict):
            self._fault(
                "facts_wrong", entry.line, Words(f"{of} 须为对象。", f"{of} must be an object.")
            )
            return ()
        return entry.value.items()

    def _unused(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The facts given that neither the programme nor what it depends on looks at."""
        facts = self.facts.rules.facts.facts
        used = {
            facts[name].column(one.code) for one in self._asked_about() for name in facts_used(one)
        }
        names = {fact.column(self.programme.code): name for name, fact in facts.items()}
        return tuple(sorted(names.get(column, column) for column in set(columns) - used))

    def _asked_about(self) -> list[Programme]:
        """The programme, and what it and those ask about or are weighed against."""
        rules, found = self.facts.rules, [self.programme]
        for one in found:
            others = [rules.programme(code) for code in (*one.depends_on, *one.rivals)]
            found += [other for other in others if other not in found]
        return found

    def _fault(self, code: str, line: int, words: Words) -> None:
        self.faults.add(code, self.file, line, words)


def _fen(raw: object) -> int | Problem:
    """Whole fen from a number, or from {"yuan": "60.00"}."""
    wanted = Problem(
        "amount_wrong",
        Words(
            '须为整数分，如 6000，或 {"yuan": "60.00"}',
            'it must be whole fen such as 6000, or {"yuan": "60.00"}',
        ),
    )
    if isinstance(raw, dict):
        inner = raw["yuan"].value if raw.keys() == {"yuan"} else None
        units = read_units(inner, 2) if isinstance(inner, str) else wanted
    else:
        units = read_units(raw.text, 0) if isinstance(raw, Number) else wanted
    if isinstance(units, Problem) or units < 0:
        return wanted
    return units
