"""What a proposal's page shows: what changes and why, its effects, who has approved, what one may do."""

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from eligibility_rules import Parameter, RulesInvalid
from eligibility_rules.parameters import DatedValue
from service.audit.models import AuditEntry
from service.foundation.jobs import Job
from service.foundation.months import Month
from service.officers.may import may
from service.officers.models import Officer
from service.programmes import words as rule_words
from service.programmes.figures import figure_text
from service.programmes.in_force import load_with, overlay_for, rules_for
from service.programmes.models import RuleProposal, RuleProposalFile
from service.programmes.proposals import words
from service.programmes.proposals.decide import PREVIEW_JOB, is_retroactive
from service.programmes.proposals.diff import FigureChange, Line, figure_changes, line_diff
from service.programmes.proposals.effects_view import Effects, effects, names_in
from service.programmes.proposals.queries import (
    files_of,
    newest_snapshot,
    preview_of,
    texts_of,
)
from service.web.filters import moment, month_name
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Cell, Column, Event, Row, Tag


@dataclass(frozen=True)
class ProposalPage:
    """Everything on the page."""

    proposal: RuleProposal
    tag: Tag
    mark: Tag
    status: str
    pairs: list[tuple[str, str]]
    notices: list[tuple[str, str]]
    """(sentence, tone)"""
    figure_columns: list[Column]
    figure_rows: list[Row]
    files: list[tuple[str, list[Line]]]
    effects: Effects | None
    waits_for_effects: bool
    acts: list[str]
    """What this officer may do now: edit, submit, withdraw, approve_department …"""
    events: list[Event]


def proposal_page(session: Session, proposal: RuleProposal, officer: Officer) -> ProposalPage:
    """Return a proposal's page for one officer."""
    preview = preview_of(session, proposal)
    names, changes = _compared(session, proposal)
    acts = offers(proposal, officer)
    word, _, remark = proposal.evidence.partition(":")
    mark = rule_words.evidence_tag(word.strip())
    return ProposalPage(
        proposal=proposal,
        tag=words.state_tag(proposal.state),
        mark=mark,
        status=f"{proposal.spoken_name} · "
        + gettext("from %(month)s on")
        % {"month": month_name(Month.parse(proposal.effective_month))},
        pairs=_pairs(session, proposal, remark.strip()),
        notices=_notices(session, proposal, counted=preview is not None),
        figure_columns=[
            Column(gettext("Figure")),
            Column(gettext("Since")),
            Column(gettext("Before")),
            Column(gettext("After")),
            Column(gettext("Evidence")),
            Column(gettext("Citation")),
        ],
        figure_rows=[_figure_row(change) for change in changes],
        files=[
            (file.name, line_diff(file.before, file.after)) for file in files_of(session, proposal)
        ],
        effects=effects(session, preview, names, officer) if preview else None,
        waits_for_effects=preview is None and newest_snapshot(session) is not None,
        acts=acts,
        events=_events(session, proposal),
    )


def offers(proposal: RuleProposal, officer: Officer) -> list[str]:
    """Return which acts are this officer's now."""
    found = []
    mine, state = proposal.written_by == officer.id, proposal.state
    if mine and state in {"draft", "returned"}:
        found += ["edit", "submit"]
    decided = {proposal.written_by, proposal.department_by}
    if officer.id not in decided:
        if state == "submitted" and may(officer, "rules.approve_for_department"):
            found.append("approve_department")
        if state == "approved_by_department" and may(officer, "rules.approve_for_finance"):
            found.append("approve_finance")
    approver = may(officer, "rules.approve_for_department") or may(
        officer, "rules.approve_for_finance"
    )
    if approver and state in {"submitted", "approved_by_department"}:
        found.append("return")
    if mine and state not in {"in_force", "withdrawn"}:
        found.append("withdraw")
    return found


def _compared(
    session: Session, proposal: RuleProposal
) -> tuple[dict[str, str], list[FigureChange]]:
    """Return programme names under the proposal, and the figures it changes.

    Once it counts, the rules of its month hold it already; the kept figures then speak alone.
    """
    base = rules_for(session, proposal.effective_month)
    texts = {
        **overlay_for(session, proposal.effective_month).texts,
        **texts_of(session, proposal),
    }
    try:
        proposed = load_with(texts)
        before = load_with(_without(texts, files_of(session, proposal)))
    except RulesInvalid:
        return names_in(dict(base.programmes)), []
    return names_in(dict(proposed.programmes)), figure_changes(before, proposed)


def _without(texts: dict[str, str], files: list[RuleProposalFile]) -> dict[str, str]:
    """Return the texts as they were before these files."""
    own = {file.name: file.before for file in files}
    kept = {name: text for name, text in texts.items() if name not in own}
    return kept | {name: text for name, text in own.items() if text is not None}


def _pairs(session: Session, proposal: RuleProposal, remark: str) -> list[tuple[str, str]]:
    named = _names(
        session, {proposal.written_by, proposal.department_by, proposal.finance_by} - {None}
    )
    pairs = [(gettext("Law"), proposal.law)]
    if remark:
        pairs.append((gettext("Where the law was read"), remark))
    pairs += [
        (gettext("Reason"), proposal.reason),
        (
            gettext("Written by"),
            f"{named.get(proposal.written_by, '')} · {moment(proposal.written_at)}",
        ),
    ]
    for label, who, at in (
        (gettext("Department"), proposal.department_by, proposal.department_at),
        (gettext("Finance"), proposal.finance_by, proposal.finance_at),
    ):
        said = gettext("not approved yet")
        if who is not None and at is not None:
            said = f"{named.get(who, '')} · {moment(at)}"
        pairs.append((label, said))
    pairs += [
        (gettext("Rules it was compared with"), proposal.base_digest[:16]),
        (gettext("Rules it leads to"), proposal.proposed_digest[:16]),
    ]
    return pairs


def _notices(session: Session, proposal: RuleProposal, *, counted: bool) -> list[tuple[str, str]]:
    found = []
    if proposal.state not in {"withdrawn", "in_force"} and is_retroactive(proposal):
        found.append(
            (
                gettext(
                    "This counts from a month that has begun: months already decided are decided anew, and what they owe is paid or claimed as lines of its own."
                ),
                "warn",
            )
        )
    if not counted and proposal.state in {"submitted", "approved_by_department"}:
        code = _failure(session, proposal)
        if newest_snapshot(session) is None:
            said = gettext("No facts have been frozen yet, so its effects cannot be counted.")
            found.append((said, "warn"))
        elif code:
            said = gettext("Its effects could not be counted: %(why)s (code %(code)s).") % {
                "why": words.failure_words(code),
                "code": code,
            }
            found.append((said, "bad"))
    return found


def _failure(session: Session, proposal: RuleProposal) -> str:
    """Return the code that the newest count failed with, or nothing."""
    failed = session.scalars(
        select(Job.error_code)
        .where(Job.key.startswith(f"{PREVIEW_JOB}:{proposal.id}:"), Job.state == "failed")
        .order_by(Job.finished_at.desc())
    ).first()
    return failed or ""


def _figure_row(change: FigureChange) -> Row:
    kept = change.after or change.before
    assert kept is not None  # noqa: S101 - one of the two differs from the other
    cells: list[Cell] = [
        change.parameter.words.zh if visit().language == "zh" else change.parameter.words.en,
        kept.effective.isoformat(),
        _shown(change.parameter, change.before),
        _shown(change.parameter, change.after),
        rule_words.evidence_tag(kept.mark.evidence),
        kept.citation,
    ]
    return Row(cells)


def _shown(parameter: Parameter, dated: DatedValue | None) -> str:
    return figure_text(parameter, dated.value if dated else None)


def _names(session: Session, ids: set[UUID | None]) -> dict[UUID | None, str]:
    rows = session.execute(
        select(Officer.id, Officer.name, Officer.organisation).where(Officer.id.in_(ids))
    )
    return {row.id: f"{row.name} · {row.organisation}" for row in rows}


def _events(session: Session, proposal: RuleProposal) -> list[Event]:
    entries = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == "rule_proposals",
            AuditEntry.object_id == str(proposal.id),
            AuditEntry.act.in_(words.ACTS),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    ).all()
    named = _names(session, {UUID(one.actor_id) for one in entries if one.actor_kind == "officer"})
    found = []
    for entry in entries:
        text, tone = words.act_words(entry.act)
        who = named.get(UUID(entry.actor_id), "") if entry.actor_kind == "officer" else ""
        reason = json.loads(entry.canonical)["reason"]
        found.append(Event(entry.at, who or gettext("the system"), text, reason, tone))
    return found
