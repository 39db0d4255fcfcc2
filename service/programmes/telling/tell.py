"""An explanation in sentences: the one text of every page, of the letter and of the command line.

Residents read which department said something on which day; officers and auditors also read the
delivery, the file and its row. Nothing else differs, and no text names a person, number or account.
"""

from collections.abc import Iterable, Iterator

from eligibility_rules import Outcome
from eligibility_rules.evidence import Mark
from eligibility_rules.explanation import ConditionExplained, Explanation, ValueShown
from eligibility_rules.explanation.show_values import shown_fact
from eligibility_rules.words import Words
from service.foundation import clock
from service.foundation.money import yuan
from service.foundation.spoken import spoken_period
from service.programmes.telling import words
from service.programmes.telling.grounds import Grounds
from service.programmes.telling.sources import Sources
from service.programmes.telling.told import AmountTold, ConditionTold, LawTold, Told, ValueTold
from service.web.view_models import Tag

OPEN_FACTS = frozenset({"p.alive", "p.death_date", "p.days_since_death"})
"""Whether somebody lives is no secret, though a court may be who said it; only the court's line is."""


def tell(
    said: Explanation, grounds: Grounds, language: str, *, traced: bool, guarded: bool = False
) -> Told:
    """Return an explanation in ``zh`` or ``en``; ``traced`` for officers and auditors.

    ``guarded``: whoever reads may not see what the most sensitive feeds say; states remain.
    """
    return _Teller(said, grounds, language, traced=traced, guarded=guarded).tell()


def evidence_tag(mark: Mark, language: str) -> Tag:
    """Return how far a figure or a citation can be trusted."""
    weak = mark.evidence in {"memory", "illustrative", "mixed"}
    text = words.in_language(words.MARKS[mark.evidence], language)
    return Tag(text, "ok" if mark.evidence == "sourced" else "warn" if weak else "")


class _Teller:
    """Writes one explanation in one language."""

    def __init__(
        self, said: Explanation, grounds: Grounds, language: str, *, traced: bool, guarded: bool
    ) -> None:
        self.said = said
        self.grounds = grounds
        self.language = language
        self.traced = traced
        self.guarded = guarded
        self.sources = Sources(grounds.sources, said.month.last_day, language)

    def tell(self) -> Told:
        said, programme = self.said, self.said.programme
        outcome = said.outcome.name.lower()
        text, tone = words.OUTCOMES[outcome]
        hides = self.guarded and any(
            self.sources.is_sensitive(code) for value in self._values() for code in value.feeds
        )
        return Told(
            language=self.language,
            code=programme.code,
            name=self._in(programme.names),
            period=spoken_period(said.period, self.language),
            headings={key: self._in(text) for key, text in words.HEADINGS.items()},
            outcome=outcome,
            tag=Tag(self._in(text), tone),
            lead=self._lead(),
            conditions=tuple(self._condition(one) for one in said.conditions),
            amount=self._amount(),
            ways=tuple(self._ways(hides=hides)),
            laws=tuple(
                LawTold(
                    " ".join(filter(None, (f"《{law.title}》", law.number, law.article))),
                    evidence_tag(law.mark, self.language),
                )
                for law in programme.laws
            ),
            basis=tuple(
                (self._in(words.BASIS[key]), value) for key, value in self.grounds.basis.items()
            ),
            department=self._in(programme.department.words),
            is_sensitive=programme.sensitive,
            hides=hides,
        )

    def _in(self, text: Words) -> str:
        return words.in_language(text, self.language)

    def _lead(self) -> str:
        said = self.said
        key = said.outcome.name.lower()
        wrong = "unknown" if said.outcome is Outcome.UNKNOWN else "false"
        count = sum(one.state == wrong for one in said.conditions)
        if said.outcome is Outcome.UNKNOWN and not count:
            key = "amount_unknown"
        elif said.outcome is not Outcome.DUE and count == 1:
            key = f"{key}_one"
        return self._in(words.LEADS[key]).format(
            name=self._in(said.programme.names),
            period=spoken_period(said.period, self.language),
            amount="" if said.amount_fen is None else yuan(said.amount_fen),
            count=count,
        )

    def _condition(self, one: ConditionExplained) -> ConditionTold:
        text, tone = words.STATES[one.state]
        change = ""
        hidden = any(self._is_hidden(value.name, value.feeds) for value in one.values)
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
        departments = self.sources.departments(one.feeds)
        if one.state == "true" or not departments:
            return ""
        sentence = words.ASK_FALSE if one.state == "false" else words.ASK_UNKNOWN
        return self._in(sentence).format(departments=departments)

    def _values(self) -> Iterator[ValueShown]:
        for condition in self.said.conditions:
            yield from condition.values
        if self.said.amount is not None:
            yield from self.said.amount.values

    def _is_hidden(self, name: str, codes: Iterable[str]) -> bool:
        guarded = self.guarded and name not in OPEN_FACTS
        return guarded and any(self.sources.is_sensitive(code) for code in codes)

    def _value(self, value: ValueShown) -> ValueTold:
        is_hidden = self._is_hidden(value.name, value.feeds)
        text = self._in(words.VALUE).format(
            label=self._in(value.label),
            shown=self._in(words.HIDDEN)
            if is_hidden
            else self._shown(value.name, value.feeds, value.shown),
        )
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
        lent = self.grounds.lent.get(value.name)
        if lent is not None:
            day = clock.civil(lent.on).date()
            return ValueTold(text, (self._in(words.LENT).format(on=day, until=lent.until),), ())
        codes = [
            code
            for code in value.feeds
            if code in self.sources.known and not (self.guarded and self.sources.is_sensitive(code))
        ]
        sources = tuple(map(self.sources.said, codes))
        trace = tuple(filter(None, map(self.sources.trace, codes))) if self.traced else ()
        return ValueTold(text, sources, trace)

    def _worked_out(self, value: ValueShown) -> tuple[str, ...]:
        """Where a value comes from that no feed says; nothing for the calendar."""
        if value.name.startswith("receives "):
            return (self._in(words.DECIDED),)
        is_derived = value.name in self.said.programme.facts.derived
        return (self._in(words.RECKONED),) if is_derived else ()

    def _shown(self, name: str, codes: Iterable[str], value: Words) -> str:
        """A value; in English, a word of a department's closed list comes with what it means."""
        text = self._in(value)
        if self.language == "zh" or text.isascii():
            return text
        meaning = self.sources.meaning(name, codes, text)
        return f"{text} ({meaning})" if meaning else text

    def _amount(self) -> AmountTold | None:
        said, amount = self.said, self.said.amount
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

    def _ways(self, *, hides: bool) -> Iterator[str]:
        """What alone would bring about payment, as far as whoever reads may know what it rests on."""
        ways = self.grounds.ways
        for one in ways.changes:
            fact = one.fact
            if not self._is_hidden(fact.name, fact.feeds):
                yield self._in(words.WAY).format(
                    label=self._in(fact.words),
                    now=self._shown(fact.name, fact.feeds, shown_fact(fact, one.now)),
                    then=self._shown(fact.name, fact.feeds, shown_fact(fact, one.then)),
                    amount=yuan(one.amount_fen),
                )
        if ways.due_from is not None and not hides:
            month = spoken_period(str(ways.due_from), self.language)
            yield self._in(words.WAIT).format(month=month)
