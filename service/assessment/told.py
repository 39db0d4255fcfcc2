"""An explanation in sentences: the one text of the resident's page, the officer's page and the letter.

Residents read which department said something on which day; officers and auditors also read the
delivery, the file and its row. Nothing else differs, and no text names a person, number or account.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from eligibility_rules import Outcome, Words
from eligibility_rules.evidence import Mark
from eligibility_rules.explanation import ConditionExplained, ValueShown
from service.assessment import told_words as words
from service.assessment.explain import Whole
from service.foundation import clock
from service.foundation.money import yuan
from service.foundation.months import Month
from service.foundation.spoken import spoken_period
from service.residents import feeds
from service.residents.snapshot import Source
from service.web.view_models import Tag

OPEN_FACTS = frozenset({"p.alive", "p.death_date", "p.days_since_death"})
"""Whether somebody lives is no secret, though a court may be who said it; only the court's line is."""


@dataclass(frozen=True)
class ValueTold:
    """A value in words; ``sources`` says who said it and when, ``trace`` in which delivery and row."""

    text: str
    sources: tuple[str, ...]
    trace: tuple[str, ...]


@dataclass(frozen=True)
class ConditionTold:
    """One condition in words."""

    id: str
    sentence: str
    state: str
    tag: Tag
    values: tuple[ValueTold, ...]
    change: str
    ask: str


@dataclass(frozen=True)
class AmountTold:
    """The arithmetic in words; ``tag`` is how far its figures can be trusted."""

    rule: str
    tag: Tag
    lines: tuple[str, ...]
    values: tuple[ValueTold, ...]
    doubt: str


@dataclass(frozen=True)
class LawTold:
    """A law with how far its citation can be trusted."""

    text: str
    tag: Tag


@dataclass(frozen=True)
class Told:
    """A whole explanation in one language."""

    language: str
    code: str
    name: str
    outcome: str
    tag: Tag
    lead: str
    conditions: tuple[ConditionTold, ...]
    amount: AmountTold | None
    laws: tuple[LawTold, ...]
    basis: tuple[tuple[str, str], ...]
    department: str
    is_sensitive: bool
    hides: bool
    """Whether a value or a source of the most sensitive feeds is not written out."""


def tell(whole: Whole, language: str, *, traced: bool, guarded: bool = False) -> Told:
    """Return a decision's explanation in ``zh`` or ``en``; ``traced`` for officers and auditors.

    ``guarded``: whoever reads may not see what the most sensitive feeds say; states remain.
    """
    return _Teller(whole, language, traced=traced, guarded=guarded).tell()


def evidence_tag(mark: Mark, language: str) -> Tag:
    """Return how far a figure or a citation can be trusted."""
    weak = mark.evidence in {"memory", "illustrative", "mixed"}
    text = _in(words.MARKS[mark.evidence], language)
    return Tag(text, "ok" if mark.evidence == "sourced" else "warn" if weak else "")


def reference(whole: Whole) -> str:
    """Return what a decision is called on letters: month, programme and subject, nothing personal."""
    kind = whole.subject.value[0].upper()
    code = whole.explanation.programme.code
    return f"{whole.assessment.month}-{code}-{kind}{whole.subject_id}"


class _Teller:
    """Writes one explanation in one language."""

    def __init__(self, whole: Whole, language: str, *, traced: bool, guarded: bool) -> None:
        self.whole = whole
        self.language = language
        self.traced = traced
        self.guarded = guarded
        self.known = feeds.every()

    def tell(self) -> Told:
        said = self.whole.explanation
        programme = said.programme
        outcome = said.outcome.name.lower()
        text, tone = words.OUTCOMES[outcome]
        return Told(
            language=self.language,
            code=programme.code,
            name=self._in(programme.names),
            outcome=outcome,
            tag=Tag(self._in(text), tone),
            lead=self._lead(),
            conditions=tuple(self._condition(one) for one in said.conditions),
            amount=self._amount(),
            laws=tuple(
                LawTold(
                    " ".join(filter(None, (law.title, law.number, law.article))),
                    evidence_tag(law.mark, self.language),
                )
                for law in programme.laws
            ),
            basis=self._basis(),
            department=self._in(programme.department.words),
            is_sensitive=programme.sensitive,
            hides=self.guarded
            and any(self._is_sensitive(code) for value in self._values() for code in value.feeds),
        )

    def _in(self, text: Words) -> str:
        return _in(text, self.language)

    def _lead(self) -> str:
        said = self.whole.explanation
        key = said.outcome.name.lower()
        wrong = "unknown" if said.outcome is Outcome.UNKNOWN else "false"
        count = sum(one.state == wrong for one in said.conditions)
        if said.outcome is Outcome.UNKNOWN and not count:
            key = "amount_unknown"
        return self._in(words.LEADS[key]).format(
            name=self._in(said.programme.names),
            period=spoken_period(said.period, self.language),
            amount="" if said.amount_fen is None else yuan(said.amount_fen),
            count=count,
        )

    def _condition(self, one: ConditionExplained) -> ConditionTold:
        text, tone = words.STATES[one.state]
        change = ""
        hidden = any(self._is_hidden(value) for value in one.values)
        if one.would_change is not None and not hidden:
            change = self._in(words.CHANGE).format(change=self._in(one.would_change.words))
        return ConditionTold(
            id=one.id,
            sentence=self._in(one.sentence),
            state=one.state,
            tag=Tag(self._in(text), tone),
            values=tuple(self._value(value) for value in one.values),
            change=change,
            ask=self._ask(one),
        )

    def _ask(self, one: ConditionExplained) -> str:
        departments = self._departments(one.feeds)
        if one.state == "true" or not departments:
            return ""
        sentence = words.ASK_FALSE if one.state == "false" else words.ASK_UNKNOWN
        return self._in(sentence).format(departments=departments)

    def _departments(self, codes: tuple[str, ...]) -> str:
        names = [self._department(code) for code in codes if code in self.known]
        return self._in(words.AND).join(dict.fromkeys(names))

    def _department(self, code: str) -> str:
        feed = self.known[code]
        return feed.department_zh if self.language == "zh" else feed.department_en

    def _values(self) -> Iterator[ValueShown]:
        said = self.whole.explanation
        for condition in said.conditions:
            yield from condition.values
        if said.amount is not None:
            yield from said.amount.values

    def _is_hidden(self, value: ValueShown) -> bool:
        guarded = self.guarded and value.name not in OPEN_FACTS
        return guarded and any(self._is_sensitive(code) for code in value.feeds)

    def _is_sensitive(self, code: str) -> bool:
        return code in self.known and self.known[code].sensitive

    def _value(self, value: ValueShown) -> ValueTold:
        is_hidden = self._is_hidden(value)
        shown = self._in(words.HIDDEN) if is_hidden else self._shown(value)
        text = self._in(words.VALUE).format(label=self._in(value.label), shown=shown)
        if is_hidden:
            # That there is a record, and of which day, would say it as well.
            return ValueTold(text, (), ())
        if value.mark is not None:
            mark = self._in(words.MARKS[value.mark.evidence])
            legal = self._in(words.LEGAL).format(since=value.since, mark=mark)
            cited = self._in(words.CITED).format(citation=value.citation)
            return ValueTold(text, (legal,), (cited,) if self.traced and value.citation else ())
        if not value.feeds:
            return ValueTold(text, self._worked_out(value), ())
        codes = [
            code
            for code in value.feeds
            if code in self.known and not (self.guarded and self._is_sensitive(code))
        ]
        sources = tuple(self._source(code) for code in codes)
        trace = tuple(filter(None, (self._trace(code) for code in codes))) if self.traced else ()
        return ValueTold(text, sources, trace)

    def _worked_out(self, value: ValueShown) -> tuple[str, ...]:
        """Where a value comes from that no feed says; nothing for the calendar."""
        if value.name.startswith("receives "):
            return (self._in(words.DECIDED),)
        is_derived = value.name in self.whole.explanation.programme.facts.derived
        return (self._in(words.RECKONED),) if is_derived else ()

    def _shown(self, value: ValueShown) -> str:
        """A value; in English, a word of a department's closed list comes with what it means."""
        shown = self._in(value.shown)
        if self.language == "zh" or shown.isascii():
            return shown
        for feed in (self.known[code] for code in value.feeds if code in self.known):
            for source in feed.facts:
                if source.fact == value.name:
                    for column in map(feed.column, source.columns):
                        word = next(
                            (one for one, kept in column.codes.items() if kept == shown), ""
                        )
                        if word in column.meanings:
                            return f"{shown} ({column.meanings[word].en})"
        return shown

    def _source(self, code: str) -> str:
        source = self.whole.sources.get(code)
        feed = self.known[code]
        name = feed.zh if self.language == "zh" else feed.en
        if source is None:
            sentence, received, day = words.NEVER, "", ""
        else:
            received, day = _day_of(source), str(source.record_date or "")
            if not source.has_record:
                sentence = words.SILENT
            elif self._is_later(code, source):
                sentence = words.SAID_LATER
            else:
                sentence = words.SAID_OF_DAY if day else words.SAID
        return self._in(sentence).format(
            feed=name, department=self._department(code), received=received, day=day
        )

    def _is_later(self, code: str, source: Source) -> bool:
        """Whether a list of a day after the month said this first, and says things of no day."""
        last_day = Month.parse(self.whole.assessment.month).last_day
        said = source.first_as_of
        return bool(self.known[code].undated) and said is not None and said > last_day

    def _trace(self, code: str) -> str:
        source = self.whole.sources.get(code)
        if source is None:
            return ""
        trace = self._in(words.TRACE).format(delivery=source.delivery_id, file=source.file_name)
        if source.row_no is None:
            return trace
        return self._in(words.TRACE_ROW).format(trace=trace, row=source.row_no)

    def _amount(self) -> AmountTold | None:
        said = self.whole.explanation
        amount = said.amount
        if amount is None:
            return None
        doubt = ""
        if not said.agrees and said.amount_fen is not None:
            doubt = self._in(words.AGREES_NOT).format(amount=yuan(said.amount_fen))
        return AmountTold(
            rule=self._in(amount.rule),
            tag=evidence_tag(amount.mark, self.language),
            lines=tuple(self._in(line) for line in amount.lines),
            values=tuple(self._value(value) for value in amount.values),
            doubt=doubt,
        )

    def _basis(self) -> tuple[tuple[str, str], ...]:
        whole = self.whole
        pairs = {
            "reference": reference(whole),
            "month": spoken_period(whole.assessment.month, self.language),
            "period": spoken_period(whole.explanation.period, self.language),
            "known": _moment(whole.known_at),
            "decided": _moment(whole.assessment.assessed_at),
            "rules": whole.assessment.rule_digest[:16],
            "snapshot": whole.snapshot.digest[:16],
        }
        return tuple((self._in(words.BASIS[key]), value) for key, value in pairs.items())


def _in(text: Words, language: str) -> str:
    return text.zh if language.startswith("zh") else text.en


def _day_of(source: Source) -> str:
    return clock.civil(source.received_at).date().isoformat()


def _moment(at: datetime) -> str:
    return f"{clock.civil(at):%Y-%m-%d %H:%M}"
