"""One rule as policy staff read it: law, clauses, figures over time, cases, versions, proposals."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from eligibility_rules import Programme
from eligibility_rules.cases import Case
from eligibility_rules.programme import Formula, Tiers
from eligibility_rules.run_cases import Verdict, decided_now, expected
from service.programmes import words
from service.programmes.browser.figure_history import (
    FigureHistory,
    figure_history,
    history_columns,
)
from service.programmes.browser.versions import Version, changes_of, versions_of
from service.programmes.guide.kept import InForce, say
from service.programmes.guide.parameters import parameters_of
from service.programmes.guide.programme import cases_of
from service.programmes.models import RuleProposal
from service.programmes.proposals import words as proposal_words
from service.web.filters import moment, yuan
from service.web.language import gettext
from service.web.view_models import Column, Row, Tag


@dataclass(frozen=True)
class Rule:
    """Everything on the page."""

    code: str
    name: str
    lead: str
    file: str
    law_columns: list[Column]
    law_rows: list[Row]
    clause_columns: list[Column]
    clause_rows: list[Row]
    history_columns: list[Column]
    figures: list[FigureHistory]
    case_columns: list[Column]
    case_rows: list[Row]
    version_columns: list[Column]
    version_rows: list[Row]
    change_columns: list[Column]
    change_rows: list[Row]


def rule_view(session: Session, kept: InForce, one: Programme) -> Rule:
    """Return a rule with everything it rests on."""
    parameters = list(parameters_of(one))
    files = {one.file, f"cases/{one.code}.yaml"}
    files |= {f"parameters/{parameter.name}.yaml" for parameter in parameters}
    return Rule(
        code=one.code,
        name=say(one.names),
        lead=f"{one.code} · {say(one.department.words)}",
        file=one.file,
        law_columns=[
            Column(gettext("Document")),
            Column(gettext("Number")),
            Column(gettext("Article")),
            Column(gettext("Evidence")),
            Column(gettext("Where the law was read")),
        ],
        law_rows=[
            Row(
                [
                    law.title,
                    law.number or None,
                    law.article or None,
                    words.evidence_tag(law.mark.evidence),
                    law.mark.remark or None,
                ]
            )
            for law in one.laws
        ],
        clause_columns=[
            Column(gettext("Clause"), "code"),
            Column(gettext("In words")),
            Column(gettext("As it is computed"), "code"),
        ],
        clause_rows=list(_clauses(one)),
        history_columns=history_columns(),
        figures=[figure_history(each, say(each.words)) for each in parameters],
        case_columns=[
            Column(gettext("Example")),
            Column(gettext("Month")),
            Column(gettext("It expects")),
            Column(gettext("It comes out as")),
        ],
        case_rows=[_case(kept, case) for case in cases_of(kept, one.code)],
        version_columns=version_columns(),
        version_rows=[
            version_row(version, changed=changed)
            for version, changed in versions_of(session, one.file)
        ],
        change_columns=change_columns(),
        change_rows=change_rows(changes_of(session, files)),
    )


def version_columns() -> list[Column]:
    """Return the columns of versions."""
    return [
        Column(gettext("Version"), "code"),
        Column(gettext("Decided with since")),
        Column(gettext("Changes that led to it")),
        Column(gettext("Compared with the one before")),
    ]


def version_row(version: Version, *, changed: bool | None) -> Row:
    """Return a version; its digest leads to what differs from the version before."""
    led = "、".join(f"{one.spoken_name} {one.title}" for one in version.proposals)
    return Row(
        [
            version.digest[:16],
            moment(version.recorded_at) if version.recorded_at else gettext("shipped"),
            led or None,
            _compared(changed=changed),
        ],
        f"/rules/versions?after={version.digest[:16]}",
    )


def _compared(*, changed: bool | None) -> Tag | None:
    """Say whether it differs from the version before it; None where there is none before."""
    if changed is None:
        return None
    return Tag(gettext("changed"), "now") if changed else Tag(gettext("the same"))


def change_columns() -> list[Column]:
    """Return the columns of proposals."""
    return [
        Column(gettext("Change"), "code"),
        Column(gettext("What")),
        Column(gettext("State")),
        Column(gettext("From month")),
        Column(gettext("Law")),
    ]


def change_rows(found: Iterable[RuleProposal]) -> list[Row]:
    """Return proposals as rows."""
    return [
        Row(
            [
                one.spoken_name,
                one.title,
                proposal_words.state_tag(one.state),
                one.effective_month,
                one.law,
            ],
            f"/rules/{one.spoken_name}",
        )
        for one in found
    ]


def _clauses(one: Programme) -> Iterable[Row]:
    for condition in one.conditions:
        yield Row([condition.id, say(condition.words), condition.expr])
    rule = one.amount.rule
    if isinstance(rule, Tiers):
        for place, tier in enumerate(rule.tiers, 1):
            computed = f"{tier.expr_when} → {tier.expr}"
            yield Row([f"{one.code}-A{place}", say(tier.words), computed])
        return
    computed = rule.expr if isinstance(rule, Formula) else f"{rule.pool} / {rule.area_total}"
    yield Row([f"{one.code}-A", say(one.amount.words), computed])


def _case(kept: InForce, case: Case) -> Row:
    wanted, now = expected(case), decided_now(kept.rules, case)
    tone = Tag(_said(now), "ok" if now == wanted else "bad")
    return Row([say(case.title), str(case.month), _said(wanted), tone])


def _said(verdict: Verdict) -> str:
    said = {
        "due": gettext("due"),
        "not_due": gettext("not due"),
        "unknown": gettext("not known"),
    }[verdict.outcome]
    if verdict.amount_fen is None:
        return said
    unit = gettext("yuan")
    return f"{said} {yuan(verdict.amount_fen)} {unit}"
