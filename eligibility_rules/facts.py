"""The catalogue of facts: names, kinds, subjects, labels, ranges and the feeds that say them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from eligibility_rules.language.kinds import Kind, Span
from eligibility_rules.language.names import Names
from eligibility_rules.language.read import read_expression
from eligibility_rules.language.tree import Derived, FactRef, Node, walk
from eligibility_rules.reading.document import Section
from eligibility_rules.words import Words, printable

_RANGES = {
    Kind.INT: Span(0, 10**6),
    Kind.MONEY: Span(0, 10**13),
    Kind.AREA: Span(0, 10**10),
    Kind.RATE: Span(-(10**6), 10**6),
}


class Subject(StrEnum):
    """Whom a programme pays and whose facts decide."""

    PERSON = "person"
    HOUSEHOLD = "household"
    LAND = "land"


_KEYS = {
    Subject.PERSON: "person_id",
    Subject.HOUSEHOLD: "household_id",
    Subject.LAND: "land_household_id",
}


_SPOKEN = {
    Subject.PERSON: Words("个人", "a person"),
    Subject.HOUSEHOLD: Words("家庭", "a household"),
    Subject.LAND: Words("土地承包户", "a land contractor household"),
}


def spoken_subjects(subjects: Iterable[Subject]) -> Words:
    """Whom facts are about, as a fault sentence says it."""
    said = [_SPOKEN[one] for one in subjects]
    return Words("和".join(one.zh for one in said), " and ".join(one.en for one in said))


def key_column(subject: Subject) -> str:
    """The key of the subject's table in a snapshot."""
    return _KEYS[subject]


@dataclass(frozen=True, slots=True)
class Fact:
    """One column of a snapshot; `per_programme` facts have one column per programme code."""

    name: str
    kind: Kind
    subjects: tuple[Subject, ...]
    words: Words
    feeds: tuple[str, ...]
    span: Span | None
    codes: tuple[str, ...]
    per_programme: bool
    is_deadline: bool = False
    """Whether it is the last day the law gave an office to decide, not a fact about the subject."""
    places: int = 0
    """Decimals of `unit` that a plain number is kept in: 2 where it counts hundredths."""
    unit: Words | None = None

    def column(self, code: str) -> str:
        """The Parquet column; `code` is the programme asking, used by per-programme facts only."""
        base = self.name.replace(".", "__") + self.kind.column_suffix
        return f"{base}__{code}" if self.per_programme else base


@dataclass(frozen=True, slots=True)
class DerivedFact:
    """A fact computed inside the rules from others."""

    name: str
    node: Derived
    subjects: tuple[Subject, ...]
    words: Words


@dataclass(frozen=True, slots=True)
class FactCatalogue:
    """Everything a rule may know."""

    facts: Mapping[str, Fact]
    derived: Mapping[str, DerivedFact]

    def words_of(self, name: str) -> Words:
        """The label of a fact, plain or derived."""
        return self.facts[name].words if name in self.facts else self.derived[name].words

    def names(self, subject: Subject, params: Mapping[str, Node]) -> Names:
        """What an expression about this subject may name."""
        mine: dict[str, Node] = {}
        other: dict[str, Words] = {}
        for fact in self.facts.values():
            if subject in fact.subjects:
                mine[fact.name] = FactRef(fact.kind, fact.span, fact.name)
            else:
                other[fact.name] = spoken_subjects(fact.subjects)
        for derived in self.derived.values():
            if subject in derived.subjects:
                mine[derived.name] = derived.node
            else:
                other[derived.name] = spoken_subjects(derived.subjects)
        codes = {fact.name: fact.codes for fact in self.facts.values() if fact.codes}
        return Names(mine, params, other, codes, may_receive=True)


def read_facts(document: Section) -> FactCatalogue:
    """Read facts.yaml; faults are collected in the document."""
    document.only("facts", "derived")
    facts: dict[str, Fact] = {}
    derived: dict[str, DerivedFact] = {}
    document.mapped("facts", lambda name, entry: facts.update({name: _fact(name, entry)}))

    def read_derived(name: str, entry: Section) -> None:
        found = _derived(name, entry, facts)
        if found is not None:
            derived[name] = found

    document.mapped("derived", read_derived)
    return FactCatalogue(facts, derived)


def _fact(name: str, entry: Section) -> Fact:
    entry.only(
        "type", "min", "max", "codes", "per_programme", "deadline", "subjects", "zh", "en", "feeds",
        "scale", "unit_zh", "unit_en",
    )  # fmt: skip
    kind = entry.word("type", Kind)
    usual = _RANGES.get(kind)
    span = None
    if usual is not None:
        low = entry.whole("min", usual.low, usual.high, min(usual.low, 0))
        span = Span(low, entry.whole("max", low, 10**11, usual.high))
    if kind is Kind.CODE and not entry.texts("codes"):
        entry.fault(
            "codes_missing",
            Words(
                f"{name} 是代码，须列出全部取值。",
                f"{name} is a code, so its codes must be listed.",
            ),
        )
    places = entry.whole("scale", 0, 6, 0) if kind is Kind.INT else 0
    return Fact(
        name,
        kind,
        _subjects(entry),
        Words(entry.text("zh"), entry.text("en")),
        entry.texts("feeds"),
        span,
        entry.texts("codes"),
        entry.has("per_programme") and entry.yes("per_programme"),
        entry.has("deadline") and entry.yes("deadline"),
        places,
        Words(entry.text("unit_zh"), entry.text("unit_en")) if places else None,
    )


def _subjects(entry: Section) -> tuple[Subject, ...]:
    found = entry.texts("subjects")
    wrong = [word for word in found if word not in set(Subject)]
    if wrong or not found:
        listing = ", ".join(Subject)
        said = Words(f"subjects 只能是 {listing}。", f"subjects must be among {listing}.")
        entry.fault("word_unknown", said, "subjects")
    return tuple(Subject(word) for word in found if word not in wrong)


def _derived(name: str, entry: Section, facts: Mapping[str, Fact]) -> DerivedFact | None:
    entry.only("expr", "zh", "en")
    plain: dict[str, Node] = {
        fact.name: FactRef(fact.kind, fact.span, fact.name) for fact in facts.values()
    }
    codes = {fact.name: fact.codes for fact in facts.values() if fact.codes}
    words = Words(entry.text("zh"), entry.text("en"))
    text = entry.text("expr")
    for kind in (Kind.INT, Kind.BOOL):
        node = read_expression(text, Names(plain, {}, codes=codes), kind)
        if isinstance(node, Node):
            used = [facts[inner.name] for inner in walk(node) if isinstance(inner, FactRef)]
            shared = tuple(one for one in Subject if all(one in fact.subjects for fact in used))
            return DerivedFact(name, Derived(node.kind, node.span, name, node), shared, words)
    shown = printable(text, 80)
    said = Words(
        f"“{shown}” 的结果不是整数，也不是是或否。",
        f'"{shown}" does not compute a whole number or a yes or no.',
    )
    entry.fault("derived_wrong", said, "expr")
    return None
