"""The public guide to a programme, drawn from the same rule file that decides about it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Parameter, Programme, RuleSet, RulesInvalid, Words
from eligibility_rules.cases import Case, load_cases
from eligibility_rules.deciding.bind import bind
from eligibility_rules.explanation.show_values import shown
from eligibility_rules.language.kinds import Kind
from eligibility_rules.language.tree import Const, Node, ParamRef, walk
from eligibility_rules.notice import Counting, Notice, Shown
from eligibility_rules.programme import Formula, Pool, Tiers
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.programmes import words
from service.programmes.catalogue import rules
from service.programmes.in_force import CASES, load_with, overlay_for
from service.programmes.overtaken import Overtaken
from service.web.filters import number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Column, Row, Tag


@dataclass(frozen=True)
class Entry:
    """One programme in the list."""

    code: str
    name: str
    amount: str
    tag: Tag
    """How far the figures can be trusted."""
    when: str


@dataclass(frozen=True)
class Guide:
    """Everything a resident is told about a programme."""

    code: str
    name: str
    lead: str
    condition_columns: list[Column]
    condition_rows: list[Row]
    amount: str
    amount_tag: Tag
    tier_columns: list[Column]
    tier_rows: list[Row]
    pairs: list[tuple[str, str]]
    stop_columns: list[Column]
    stop_rows: list[Row]
    saved: list[str]
    """Proofs and forms that nobody has to bring any more."""
    law_columns: list[Column]
    law_rows: list[Row]
    figure_columns: list[Column]
    figure_rows: list[Row]
    case_columns: list[Column]
    case_rows: list[Row]
    notes: list[str]


@dataclass(frozen=True)
class InForce:
    """The rules of a month, with the texts that approved changes put in the place of files."""

    rules: RuleSet
    texts: Mapping[str, str]
    is_whole: bool
    """False where approved texts do not fit the shipped files any more: these are the shipped ones."""


def in_force(session: Session, month: Month) -> InForce:
    """Return what the guide of a month is drawn from."""
    texts = overlay_for(session, month).texts
    try:
        return InForce(load_with(texts) if texts else rules(), texts, is_whole=True)
    except RulesInvalid:
        return InForce(rules(), {}, is_whole=False)


def upgraded(one: Programme, found: Iterable[Overtaken]) -> list[str]:
    """Return what to say of files of a programme that an upgrade changed underneath."""
    read = {one.file, *(f"parameters/{parameter.name}.yaml" for parameter in _parameters(one))}
    return [_say(each.words) for each in found if each.file.removeprefix("county/") in read]


def listed(rule_set: RuleSet) -> list[tuple[str, list[Entry]]]:
    """Return every programme by department, in the order of their codes."""
    found: dict[str, list[Entry]] = {}
    for code, one in sorted(rule_set.programmes.items()):
        entry = Entry(
            code,
            _say(one.names),
            _say(one.amount.words),
            words.evidence_tag(one.amount.figures.evidence),
            words.frequency(one.frequency),
        )
        found.setdefault(_say(one.department.words), []).append(entry)
    return list(found.items())


def programme_in(kept: InForce, code: str) -> Programme:
    """Return a programme of the rules; raises NotFound."""
    one = kept.rules.programmes.get(code)
    if one is None:
        raise NotFound("programme")
    return one


def guide(kept: InForce, code: str, month: Month) -> Guide:
    """Return a programme's guide with the figures in force in a month; raises NotFound."""
    one = programme_in(kept, code)
    at = RuleMonth.parse(str(month))
    return Guide(
        code=code,
        name=_say(one.names),
        lead=_say(one.department.words),
        condition_columns=[Column(gettext("Condition"))],
        condition_rows=[Row([_say(condition.words)]) for condition in one.conditions],
        amount=_say(one.amount.words),
        amount_tag=words.evidence_tag(one.amount.figures.evidence),
        tier_columns=[Column(gettext("Who")), Column(gettext("Amount"), "money", gettext("yuan"))],
        tier_rows=_tiers(one, at),
        pairs=_pairs(one),
        stop_columns=[Column(gettext("When")), Column(gettext("What follows"))],
        stop_rows=[
            Row([words.event(stop.event), words.effect(stop.action, stop.effective)])
            for stop in one.stops
        ],
        saved=[
            text.partition(" ")[2] or text
            for text in (*one.proofs_replaced, *one.forms_replaced)
            # Some forms are only signed differently now; those remain needed.
            if "保留" not in text
        ],
        law_columns=[
            Column(gettext("Document")),
            Column(gettext("Number")),
            Column(gettext("Evidence")),
        ],
        law_rows=[
            Row([law.title, law.number or None, words.evidence_tag(law.mark.evidence)])
            for law in one.laws
        ],
        figure_columns=[
            Column(gettext("Figure")),
            Column(gettext("Value")),
            Column(gettext("Since")),
            Column(gettext("Evidence")),
        ],
        figure_rows=_figures(one, at),
        case_columns=[
            Column(gettext("Example")),
            Column(gettext("Month")),
            Column(gettext("Outcome")),
            Column(gettext("Amount"), "money", gettext("yuan")),
        ],
        case_rows=[_case(case) for case in _cases(kept, code)],
        notes=[_say(note) for note in one.notes],
    )


def _pairs(one: Programme) -> list[tuple[str, str]]:
    start = one.condition(one.start.condition)
    pairs = [
        (gettext("Paid"), words.frequency(one.frequency)),
        (gettext("From when"), _say(start.words)),
        (
            gettext("Application"),
            gettext("needed once")
            if one.application
            else gettext("not needed; it is paid by itself"),
        ),
        (gettext("Paid to"), _say(one.payee)),
        (gettext("Public notice"), _notice(one.notice)),
        (
            gettext("Back pay"),
            gettext("up to %(n)s months") % {"n": one.back_pay_months}
            if one.back_pay_months
            else gettext("none"),
        ),
    ]
    if visit().language == "zh":
        pairs.append((gettext("Steps"), " → ".join(one.approval_chain)))
    return pairs


def _notice(one: Notice) -> str:
    said = words.notice(one.level, one.days, working=one.counted is Counting.WORKING)
    if not one.is_asked or one.shows is Shown.NAMES_AND_AMOUNTS:
        return said
    shown = {
        Shown.NAMES: gettext("names without amounts"),
        Shown.COUNTS: gettext("counts only, no names"),
    }
    return f"{said} · {shown[one.shows]}"


def _tiers(one: Programme, at: RuleMonth) -> list[Row]:
    """Return the amounts that are plain figures in the month; the others are told in words."""
    rule = one.amount.rule
    if isinstance(rule, Tiers):
        found = [(tier.words, tier.amount) for tier in rule.tiers]
    elif isinstance(rule, Formula):
        found = [(one.amount.words, rule.tree)]
    else:
        return []
    bound = [(said, _fen(bind(tree, at, one.parameters))) for said, tree in found]
    # Some of it depends on the person: half a table would mislead.
    if any(amount_fen is None for _, amount_fen in bound):
        return []
    return [Row([_say(said), amount_fen]) for said, amount_fen in bound]


def _fen(tree: Node) -> int | None:
    return tree.value if isinstance(tree, Const) and isinstance(tree.value, int) else None


def _figures(one: Programme, at: RuleMonth) -> list[Row]:
    """Return the dated legal values the programme reads, as they are in the month."""
    rows = []
    for parameter in _parameters(one):
        dated = parameter.dated(at)
        if dated is None:
            rows.append(Row([_say(parameter.words), gettext("not published yet"), None, None]))
            continue
        tag = words.evidence_tag(dated.mark.evidence)
        rows.append(
            Row(
                [
                    _say(parameter.words),
                    _value(parameter, dated.value),
                    dated.effective.isoformat(),
                    tag,
                ]
            )
        )
    return rows


def _value(parameter: Parameter, value: int) -> str:
    if parameter.kind is Kind.MONEY:
        unit = gettext("yuan")
        return f"{yuan(value)} {unit}"
    if parameter.kind is Kind.INT:
        # A plain number tells nothing without its unit, and the file says units in Chinese.
        return f"{number(value)} {parameter.unit}"
    return _say(shown(parameter.kind, value))


def _parameters(one: Programme) -> Iterator[Parameter]:
    names: dict[str, None] = {}
    for tree in _trees(one):
        for node in walk(tree):
            if isinstance(node, ParamRef):
                names[node.name] = None
    if isinstance(one.amount.rule, Pool):
        names |= dict.fromkeys((one.amount.rule.pool, one.amount.rule.area_total))
    return (one.parameters[name] for name in names)


def _trees(one: Programme) -> Iterable[Node]:
    yield from (condition.tree for condition in one.conditions)
    if not isinstance(one.amount.rule, Pool):
        yield one.amount.rule.tree


def _cases(kept: InForce, code: str) -> tuple[Case, ...]:
    changed = {name: text for name, text in kept.texts.items() if name.startswith(CASES)}
    return load_cases(kept.rules, changed=changed, codes=[code]).get(code, ())


def _case(case: Case) -> Row:
    said = {
        "DUE": gettext("due"),
        "NOT_DUE": gettext("not due"),
        "UNKNOWN": gettext("not known"),
    }[case.outcome.name]
    tag = Tag(said, "ok" if case.outcome.name == "DUE" else "")
    return Row([_say(case.title), str(case.month), tag, case.amount_fen])


def _say(text: Words) -> str:
    return text.zh if visit().language == "zh" else text.en
