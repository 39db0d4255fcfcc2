"""Random programmes from the grammar of the rule language, as the files an official would write."""

import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from hypothesis import strategies as st

from eligibility_rules import Fact, RuleSet, Subject, load_rules
from eligibility_rules.language.kinds import Kind
from eligibility_rules.load import HOME
from tests.eligibility_rules.made_rules import MADE, programme

CODES = ("XA01", "XA02", "XA03")
_DEEP = 3


@dataclass(frozen=True)
class Grammar:
    """Strategies of texts by kind, over some facts of persons and some parameters."""

    facts: tuple[Fact, ...]
    params: dict[Kind, tuple[str, ...]]

    def names(self, kind: Kind) -> list[str]:
        return [fact.name for fact in self.facts if fact.kind is kind]

    def boolean(self, depth: int, asked: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
        """A yes or no; `asked` are the programmes that may be asked about."""
        options = [st.sampled_from(self.names(Kind.BOOL)), self._coded(), self._event()]
        if asked:
            options.append(st.sampled_from([f"receives('{code}')" for code in asked]))
        for kind in (Kind.INT, Kind.MONEY, Kind.DATE, Kind.AREA, Kind.RATE):
            if kind in {Kind.AREA, Kind.RATE} and not self.names(kind):
                continue
            side = self.value(kind, depth - 1, asked)
            sign = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
            options.append(st.builds("({} {} {})".format, side, sign, side))
        if depth > 0:
            inner = self.boolean(depth - 1, asked)
            word = st.sampled_from(["and", "or"])
            options += [
                st.builds("(not {})".format, inner),
                st.builds("({} {} {})".format, inner, word, inner),
                st.builds("({} {} {} {} {})".format, inner, word, inner, word, inner),
                st.builds("({} if {} else {})".format, inner, inner, inner),
            ]
        return st.one_of(options)

    def value(self, kind: Kind, depth: int, asked: tuple[str, ...] = ()) -> st.SearchStrategy[str]:
        """A number of a kind, or a date."""
        leaves = [self._literal(kind)]
        leaves += [st.sampled_from(self.names(kind))] if self.names(kind) else []
        leaves += [st.sampled_from([f"par.{one}" for one in self.params.get(kind, ())])] * bool(
            self.params.get(kind)
        )
        if kind is Kind.DATE:
            clock = ["asof", "month_start", "year_start", "year_end", "quarter_start"]
            return st.one_of([*leaves, st.sampled_from(clock)])
        if kind is Kind.INT:
            birth = st.sampled_from(self.names(Kind.DATE))
            leaves += [
                st.builds("age({})".format, birth),
                st.builds("age_by_month({})".format, birth),
                st.builds("{}.year".format, birth),
                st.builds("months_in_year_under3({}, year)".format, birth),
                st.builds("months_in_year_until({}, year)".format, birth),
                st.sampled_from(["year", "month_number"]),
            ]
        if kind is Kind.MONEY and asked:
            leaves.append(st.sampled_from([f"amount_of('{code}')" for code in asked]))
        if depth <= 0:
            return st.one_of(leaves)
        same = self.value(kind, depth - 1, asked)
        whole = st.integers(1, 400).map(str)
        made = [
            st.builds("({} + {})".format, same, same),
            st.builds("({} - {})".format, same, same),
            st.builds("({} * {})".format, same, st.integers(0, 9).map(str)),
            st.builds("({} // {})".format, same, whole),
            st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), same, same),
            st.builds("({} if {} else {})".format, same, self.boolean(depth - 1, asked), same),
        ]
        if kind is Kind.INT:
            made.append(st.builds("({} % {})".format, same, whole))
        if kind is Kind.MONEY:
            rate = self.value(Kind.RATE, 0)
            bounded = st.builds("min({}, yuan(90000))".format, same)
            made += [
                st.builds("({} / {})".format, same, whole),
                st.builds("({} * {})".format, bounded, rate),
                st.builds("({} * {})".format, rate, bounded),
            ]
        return st.one_of([*leaves, *made])

    def _literal(self, kind: Kind) -> st.SearchStrategy[str]:
        fen = st.integers(0, 500_000).map(lambda fen: f"{fen // 100}.{fen % 100:02d}")
        return {
            Kind.INT: st.integers(0, 120).map(str),
            Kind.MONEY: st.builds("yuan('{}')".format, fen),
            Kind.AREA: st.integers(0, 9_999).map(lambda one: f"mu('{one // 1000}.{one % 1000:03d}')"),
            Kind.RATE: st.integers(0, 9_999).map(lambda one: f"percent('{one // 100}.{one % 100:02d}')"),
            Kind.DATE: st.dates(date(1930, 1, 1), date(2030, 12, 31)).map(
                lambda day: f"date('{day.isoformat()}')"
            ),
        }[kind]  # fmt: skip

    def _coded(self) -> st.SearchStrategy[str]:
        facts = [fact for fact in self.facts if fact.codes]

        def asked(fact: Fact) -> st.SearchStrategy[str]:
            code = st.sampled_from([f"'{one}'" for one in fact.codes])
            listed = st.lists(code, min_size=1, max_size=3).map(lambda some: ", ".join(some) + ",")
            return st.one_of(
                st.builds(f"({fact.name} {{}} {{}})".format, st.sampled_from(["==", "!="]), code),
                st.builds(f"({fact.name} {{}} ({{}}))".format, st.sampled_from(["in", "not in"]), listed),
            )  # fmt: skip

        return st.sampled_from(facts).flatmap(asked)

    def _event(self) -> st.SearchStrategy[str]:
        name = st.sampled_from(self.names(Kind.EVENT))
        day = self.value(Kind.DATE, 0)
        return st.one_of(
            st.builds("happened({})".format, name),
            st.builds("happened_by({}, {})".format, name, day),
            st.builds("happened_before({}, {})".format, name, day),
            st.builds("happened_within({}, {}, {})".format, name, day, day),
        )


def grammar(rules: RuleSet) -> Grammar:
    """A grammar over a handful of facts of each kind that persons have."""
    mine = [fact for fact in rules.facts.facts.values() if Subject.PERSON in fact.subjects]
    few: list[Fact] = []
    for kind in Kind:
        few += [fact for fact in mine if fact.kind is kind and not fact.per_programme][:4]
    params = {
        kind: tuple(name for name, one in rules.parameters.items() if one.kind is kind)[:4]
        for kind in (Kind.MONEY, Kind.RATE, Kind.INT)
    }
    return Grammar(tuple(few), params)


def files(words: Grammar) -> st.SearchStrategy[dict[str, str]]:
    """Three programmes, the later of which may ask about the earlier."""

    def one(place: int) -> st.SearchStrategy[str]:
        code, asked = CODES[place], CODES[:place]
        conditions = st.lists(words.boolean(_DEEP, asked), min_size=1, max_size=4)
        fen = words.value(Kind.MONEY, _DEEP, asked)
        amount = st.builds("max(yuan(0), min({}, yuan(50000)))".format, fen)
        rounding = st.sampled_from(["fen", "yuan_up", "yuan_half_up"])
        return st.builds(
            lambda exprs, pays, rounded: programme(
                code,
                conditions=[
                    {"id": f"{code}-C{bit}", "expr": expr, "zh": "试", "en": "a trial"}
                    for bit, expr in enumerate(exprs, start=1)
                ],
                amount={"kind": "formula", "expr": pays, "zh": "试", "en": "a trial", "figures": "illustrative"},
                rounding=rounded,
                stop=[],
            ),
            conditions, amount, rounding,
        )  # fmt: skip

    return st.tuples(*[one(place) for place in range(len(CODES))]).map(
        lambda texts: {f"{MADE}/{code}.yaml": text for code, text in zip(CODES, texts, strict=True)}
    )


def only_words(words: Grammar, home: Path) -> Path:
    """A folder with the facts and parameters of a grammar and nothing else: loaded in no time."""
    whole = yaml.safe_load((HOME / "facts.yaml").read_text(encoding="utf-8"))
    kept = {fact.name: whole["facts"][fact.name] for fact in words.facts}
    derived = {"p.age": whole["derived"]["p.age"]}
    text = yaml.safe_dump({"facts": kept, "derived": derived}, allow_unicode=True)
    (home / "facts.yaml").write_text(text, encoding="utf-8")
    (home / "parameters").mkdir()
    for names in words.params.values():
        for name in names:
            shutil.copy(HOME / "parameters" / f"{name}.yaml", home / "parameters")
    return home


def load(folder: Path, texts: dict[str, str]) -> RuleSet:
    """The rules of a folder of facts and parameters, with these programmes and no others."""
    return load_rules(folder, changed=texts)
