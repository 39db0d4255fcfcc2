"""Decide on a proposal: submit it, approve it for the department and for finance, or send it back."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.moves import event_for, move
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.months import Month
from service.officers.may import NotAllowed, may
from service.officers.models import Officer
from service.programmes.in_force import rules_for
from service.programmes.models import RuleProposal
from service.programmes.proposals.allowed import require_files
from service.programmes.proposals.check import check
from service.programmes.proposals.problems import (
    AnotherOfficerNeeded,
    BaseMoved,
    NotTheAuthor,
    PreviewWaiting,
    ProposalIncomplete,
)
from service.programmes.proposals.queries import locked, newest_snapshot, preview_of, texts_of
from service.programmes.proposals.write import CHARS_MAX, details_of, keep_files

PREVIEW_JOB = "rules.preview"
"""The kind of job that counts a proposal's effects; assessment, a later stage, does it."""


def submit(session: Session, proposal: RuleProposal, *, by: Officer, session_id: str = "") -> None:
    """Check a draft against the rules now in force, hand it to the approvers, count its effects.

    Raises NotAllowed, NotTheAuthor, IllegalMove and as :func:`check.check`.
    """
    require_files(by, "rules.propose", texts_of(session, proposal))
    _own(session, proposal, by)
    event_for("rule_proposals", proposal.spoken_name, proposal.state, "submitted")
    texts = texts_of(session, proposal)
    found = check(session, texts, proposal.effective_month)
    # What it was compared with may have moved since it was written: the difference is shown anew.
    keep_files(session, proposal, texts, found)
    proposal.base_digest, proposal.proposed_digest = found.base.digest, found.proposed.digest
    details = details_of(proposal, found) | {"retroactive": is_retroactive(proposal)}
    move(session, proposal, "submitted", by=by.actor(session_id), details=details)
    ask_for_preview(session, proposal)


def ask_for_preview(session: Session, proposal: RuleProposal) -> None:
    """Have the effects counted on the newest snapshot, once for each snapshot and content."""
    snapshot = newest_snapshot(session)
    if snapshot is not None:
        digests = f"{proposal.base_digest[:12]}:{proposal.proposed_digest[:12]}"
        key = f"{proposal.id}:{snapshot.id}:{digests}"
        enqueue(session, PREVIEW_JOB, key, proposal_id=proposal.id, snapshot_id=snapshot.id)


def approve_for_department(
    session: Session, proposal: RuleProposal, *, by: Officer, session_id: str = ""
) -> None:
    """Approve for the department; raises NotAllowed, AnotherOfficerNeeded, PreviewWaiting, BaseMoved."""
    require_files(by, "rules.approve_for_department", texts_of(session, proposal))
    _others(session, proposal, by)
    event_for("rule_proposals", proposal.spoken_name, proposal.state, "approved_by_department")
    _require_seen(session, proposal)
    proposal.department_by, proposal.department_at = by.id, clock.now()
    move(
        session,
        proposal,
        "approved_by_department",
        by=by.actor(session_id),
        details={"proposed_digest": proposal.proposed_digest},
    )


def approve_for_finance(
    session: Session, proposal: RuleProposal, *, by: Officer, session_id: str = ""
) -> None:
    """Approve for finance: from its month on the change counts. Raises as the department's approval.

    Two proposals approved at the same moment come one after the other: the second finds the rules
    moved and is refused. Raises LaterChange, too.
    """
    require_files(by, "rules.approve_for_finance", texts_of(session, proposal))
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('rules.approve', 0))"))
    _others(session, proposal, by)
    event_for("rule_proposals", proposal.spoken_name, proposal.state, "approved")
    _require_seen(session, proposal)
    found = check(session, texts_of(session, proposal), proposal.effective_month)
    if found.proposed.digest != proposal.proposed_digest:
        raise BaseMoved(proposal.spoken_name, proposal.effective_month)
    proposal.finance_by, proposal.finance_at = by.id, clock.now()
    move(
        session,
        proposal,
        "approved",
        by=by.actor(session_id),
        details={
            "effective": proposal.effective_month,
            "proposed_digest": proposal.proposed_digest,
        },
    )


def send_back(
    session: Session, proposal: RuleProposal, *, by: Officer, reason: str, session_id: str = ""
) -> None:
    """Return it to its author with a reason; approvals so far are void. Raises NotAllowed."""
    if not may(by, "rules.approve_for_department") and not may(by, "rules.approve_for_finance"):
        raise NotAllowed("rules.approve_for_department")
    approves = "rules.approve_for_department"
    approves = approves if may(by, approves) else "rules.approve_for_finance"
    require_files(by, approves, texts_of(session, proposal))
    said = _reason(reason)
    locked(session, proposal)
    event_for("rule_proposals", proposal.spoken_name, proposal.state, "returned")
    proposal.department_by = proposal.department_at = None
    move(session, proposal, "returned", by=by.actor(session_id), reason=said)


def withdraw(
    session: Session, proposal: RuleProposal, *, by: Officer, reason: str, session_id: str = ""
) -> None:
    """Take one's own proposal back, until a month was decided under it. Raises NotTheAuthor."""
    require_files(by, "rules.propose", texts_of(session, proposal))
    said = _reason(reason)
    _own(session, proposal, by)
    move(session, proposal, "withdrawn", by=by.actor(session_id), reason=said)


def is_retroactive(proposal: RuleProposal) -> bool:
    """Return whether the change counts from a month that has begun."""
    return Month.parse(proposal.effective_month) <= Month.of(clock.today())


def _own(session: Session, proposal: RuleProposal, by: Officer) -> None:
    locked(session, proposal)
    if proposal.written_by != by.id:
        raise NotTheAuthor


def _others(session: Session, proposal: RuleProposal, by: Officer) -> None:
    locked(session, proposal)
    acted: set[UUID | None] = {proposal.written_by, proposal.department_by}
    if by.id in acted:
        raise AnotherOfficerNeeded


def _require_seen(session: Session, proposal: RuleProposal) -> None:
    base = rules_for(session, proposal.effective_month)
    if base.digest != proposal.base_digest:
        raise BaseMoved(proposal.spoken_name, proposal.effective_month)
    if newest_snapshot(session) is not None and preview_of(session, proposal) is None:
        raise PreviewWaiting(proposal.spoken_name)


def _reason(reason: str) -> str:
    said = reason.strip()
    if not 0 < len(said) <= CHARS_MAX:
        raise ProposalIncomplete("reason", "理由")
    return said
