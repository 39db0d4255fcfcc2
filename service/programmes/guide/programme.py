"""The public guide to a programme, drawn from the same rule file that decides about it."""

from dataclasses import dataclass

from eligibility_rules import Month as RuleMonth
from eligibility_rules import Programme
from eligibility_rules.cases import Case, load_cases
from eligibility_rules.notice import Counting, Notice, Shown
from service.foundation.months import Month
from service.programmes import words
from service.programmes.figures import figure_text
from service.programmes.guide.amounts import plain_amounts
from service.programmes.guide.entries import entry
from service.programmes.guide.kept import InForce, programme_in, say
from service.programmes.guide.parameters import parameters_of
from service.programmes.in_force import CASES
from service.web.here import visit
from service.web.language import gettext, ngettext
from service.web.view_models import Column, Row, Tag


@dataclass(frozen=True)
class Guide:
    """Everything a resident is told about a programme."""

    code: str
    name: str
    lead: str
    short: list[tuple[str, str]]
    """The whole programme in four answers, before anything else."""
    conditions: list[str]
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


def guide(kept: InForce, code: str, month: Month) -> Guide:
    """Return a programme's guide with the figures in force in a month; raises NotFound."""
    one = programme_in(kept, code)
    at = RuleMonth.parse(str(month))

    def name_of(other: str) -> str:
        return say(programme_in(kept, other).names)

    return Guide(
        code=code,
        name=say(one.names),
        lead=say(one.department.words),
        short=_short(one, at),
        conditions=[say(condition.words) for condition in one.conditions],
        amount=say(one.amount.words),
        amount_tag=words.evidence_tag(one.amount.figures.evidence),
        tier_columns=[Column(gettext("Who")), Column(gettext("Amount"), "money", gettext("yuan"))],
        tier_rows=_tiers(one, at),
        pairs=_pairs(one),
        stop_columns=[Column(gettext("When")), Column(gettext("What follows"))],
        stop_rows=[
            Row([words.event(stop.event), words.effect(stop.action, stop.effective, name_of)])
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
        case_rows=[_case(case) for case in cases_of(kept, code)],
        notes=[say(note) for note in one.notes],
    )


def _short(one: Programme, at: RuleMonth) -> list[tuple[str, str]]:
    line = entry(one, at)
    return [
        (gettext("For whom"), say(line.for_whom)),
        (gettext("How much"), say(line.amount)),
        (gettext("How often"), words.frequency(line.frequency)),
        (
            gettext("What you have to do"),
            words.to_do(applied=line.application, paid=line.frequency),
        ),
        (gettext("Under which law"), _law(one)),
    ]


def _law(one: Programme) -> str:
    """Return the first document of a programme's law; the others are listed below."""
    first, others = one.laws[0], len(one.laws) - 1
    if not others:
        return first.title
    return first.title + ngettext(" and %(num)s more", " and %(num)s more", others) % {
        "num": others
    }


def _pairs(one: Programme) -> list[tuple[str, str]]:
    start = one.condition(one.start.condition)
    pairs = [
        (gettext("Paid"), words.frequency(one.frequency)),
        (gettext("From when"), say(start.words)),
        (
            gettext("Application"),
            gettext("needed once")
            if one.application
            else gettext("not needed; it is paid by itself"),
        ),
        (gettext("Paid to"), say(one.payee)),
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
    found = plain_amounts(one, at)
    # One amount for everybody is in the sentence above already.
    if len(found) == 1 and found[0][0] == one.amount.words:
        return []
    return [Row([say(said), amount_fen]) for said, amount_fen in found]


def _figures(one: Programme, at: RuleMonth) -> list[Row]:
    """Return the dated legal values the programme reads, as they are in the month."""
    rows = []
    for parameter in parameters_of(one):
        dated = parameter.dated(at)
        if dated is None:
            rows.append(Row([say(parameter.words), gettext("not published yet"), None, None]))
            continue
        tag = words.evidence_tag(dated.mark.evidence)
        rows.append(
            Row(
                [
                    say(parameter.words),
                    figure_text(parameter, dated.value),
                    dated.effective.isoformat(),
                    tag,
                ]
            )
        )
    return rows


def cases_of(kept: InForce, code: str) -> tuple[Case, ...]:
    """Return a programme's cases as approved changes left them."""
    changed = {name: text for name, text in kept.texts.items() if name.startswith(CASES)}
    return load_cases(kept.rules, changed=changed, codes=[code]).get(code, ())


def _case(case: Case) -> Row:
    said = {
        "DUE": gettext("due"),
        "NOT_DUE": gettext("not due"),
        "UNKNOWN": gettext("not known"),
    }[case.outcome.name]
    tag = Tag(said, "ok" if case.outcome.name == "DUE" else "")
    return Row([say(case.title), str(case.month), tag, case.amount_fen])
