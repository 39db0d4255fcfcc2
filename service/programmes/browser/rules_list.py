"""Find rules as policy staff ask: in words, by a fact they use, by how far figures can be trusted."""

from dataclasses import dataclass

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Programme
from eligibility_rules.evidence import Evidence
from service.foundation.months import Month
from service.programmes import words
from service.programmes.browser.uses import facts_asked, facts_used, programmes_by_figure
from service.programmes.figures import figure_text
from service.programmes.guide.entries import entries
from service.programmes.guide.kept import InForce, say
from service.programmes.guide.parameters import parameters_of
from service.programmes.guide.search import Wanted, found
from service.web.language import gettext
from service.web.view_models import Cell, Column, Option, Row

UNVERIFIED = "unverified"
_UNVERIFIED = frozenset({Evidence.MEMORY, Evidence.ILLUSTRATIVE, Evidence.MIXED})
"""Marks of what nobody has compared with an official text yet."""


@dataclass(frozen=True)
class Sought:
    """What somebody looks for among rules or figures; an empty text asks for nothing."""

    words: str = ""
    fact: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Listed:
    """A table of what was found, with the choices that narrow it."""

    columns: list[Column]
    rows: list[Row]
    evidences: list[Option]
    facts: list[Option]
    chosen: list[tuple[str, str]]


def rules_found(kept: InForce, month: Month, sought: Sought) -> Listed:
    """Return the rules that fit, each with the clauses that use the fact."""
    rules, catalogue = kept.rules, kept.rules.facts
    at = RuleMonth.parse(str(month))
    known = facts_asked(rules)
    fitting = found(entries(rules, at), Wanted(words=sought.words), rules.programmes)
    rows = []
    for one in (rules.programmes[entry.code] for entry in fitting):
        clauses = facts_used(one).get(sought.fact, []) if sought.fact else []
        if (sought.fact and not clauses) or not _marked(_marks_of(one, at), sought.evidence):
            continue
        doubtful = sum(mark in _UNVERIFIED for mark in _figure_marks(one, at))
        cells: list[Cell] = [
            one.code,
            say(one.names),
            say(one.department.words),
            words.evidence_tag(one.evidence.policy.evidence),
            words.evidence_tag(one.amount.figures.evidence),
            doubtful,
            "、".join(clauses) if sought.fact else None,
        ]
        rows.append(Row(cells if sought.fact else cells[:-1], f"/rules/programmes/{one.code}"))
    columns = [
        Column(gettext("Code"), "code"),
        Column(gettext("Programme")),
        Column(gettext("Department")),
        Column(gettext("Law")),
        Column(gettext("Figures")),
        Column(gettext("Unverified figures"), "number"),
    ]
    if sought.fact:
        columns.append(Column(gettext("Clauses that ask for it")))
    labels = {name: f"{say(catalogue.words_of(name))} · {name}" for name in known}
    facts = [Option("", gettext("all")), *(Option(*pair) for pair in labels.items())]
    chosen = [(labels.get(sought.fact, sought.fact), "fact")] if sought.fact else []
    return Listed(columns, rows, evidences(), facts, [*_chosen(sought), *chosen])


def figures_found(kept: InForce, month: Month, sought: Sought) -> Listed:
    """Return the figures that fit, as they are in a month, each with the rules that read it."""
    at = RuleMonth.parse(str(month))
    read = programmes_by_figure(kept.rules)
    asked = sought.words.casefold()
    rows = []
    for name, parameter in sorted(kept.rules.parameters.items()):
        dated = parameter.dated(at)
        text = f"{name} {parameter.words.zh} {parameter.words.en}".casefold()
        marks = {dated.mark.evidence} if dated else set()
        if asked not in text or not _marked(marks, sought.evidence):
            continue
        cells: list[Cell] = [
            say(parameter.words),
            figure_text(parameter, dated.value) if dated else gettext("not published yet"),
            dated.effective if dated else None,
            words.evidence_tag(dated.mark.evidence) if dated else None,
            len(parameter.history),
            "、".join(read.get(name, [])) or None,
        ]
        rows.append(Row(cells, f"/rules/figures/{name}"))
    columns = [
        Column(gettext("Figure")),
        Column(gettext("Value")),
        Column(gettext("Since"), "day"),
        Column(gettext("Evidence")),
        Column(gettext("Values so far"), "number"),
        Column(gettext("Read by")),
    ]
    return Listed(columns, rows, evidences(), [], _chosen(sought))


def evidences() -> list[Option]:
    """Return the marks to choose from; one choice stands for all that nobody has verified."""
    return [
        Option("", gettext("all")),
        Option(UNVERIFIED, gettext("not verified yet")),
        *(Option(mark.value, words.evidence_tag(mark).text) for mark in Evidence),
    ]


def _chosen(sought: Sought) -> list[tuple[str, str]]:
    labels = {one.value: one.label for one in evidences()}
    chosen = [(f"“{sought.words}”", "q")] if sought.words else []
    if sought.evidence:
        chosen.append((labels.get(sought.evidence, sought.evidence), "evidence"))
    return chosen


def _marks_of(one: Programme, at: RuleMonth) -> set[Evidence]:
    return {one.evidence.policy.evidence, one.amount.figures.evidence, *_figure_marks(one, at)}


def _figure_marks(one: Programme, at: RuleMonth) -> list[Evidence]:
    dated = (parameter.dated(at) for parameter in parameters_of(one))
    return [each.mark.evidence for each in dated if each]


def _marked(marks: set[Evidence], wanted: str) -> bool:
    if not wanted:
        return True
    return bool(marks & _UNVERIFIED) if wanted == UNVERIFIED else wanted in marks
