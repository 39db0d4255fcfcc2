"""Decide on several lists one after the other, each in a transaction of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from service.approvals.conflicts import alarm
from service.approvals.decide import approve, send_back
from service.approvals.problems import ConflictOfInterest
from service.batches import queries
from service.batches.about import require_seen
from service.batches.models import Batch
from service.batches.seen import require_unchanged
from service.foundation.problems import Problem
from service.notices.submit import submit_and_post
from service.officers.models import Officer
from service.signing.several.look import SeveralAct, require_among_others
from service.web.transactions import Opener


@dataclass(frozen=True)
class Decision:
    """The same decision on each list."""

    act: SeveralAct
    reason: str
    officer_id: UUID
    session_id: str
    on: date


def decide_each(
    open_transaction: Opener, decision: Decision, chosen: Sequence[tuple[str, str]]
) -> list[tuple[str, Problem | None]]:
    """Decide on each (list, mark of what was shown); return each with what hindered it, or None."""
    return [
        (batch_no, _decide_one(open_transaction, decision, batch_no, mark))
        for batch_no, mark in sorted(dict(chosen).items())
    ]


def _decide_one(
    open_transaction: Opener, decision: Decision, batch_no: str, mark: str
) -> Problem | None:
    try:
        with open_transaction() as session:
            officer = session.get_one(Officer, decision.officer_id)
            batch = queries.locked_by_no(session, batch_no)
            require_seen(session, officer, batch)
            require_unchanged(session, batch, mark)
            require_among_others(batch, decision.act)
            _do(session, batch, officer, decision)
    except ConflictOfInterest as problem:
        # The refused act is undone; that it was tried is kept.
        with open_transaction() as session:
            officer = session.get_one(Officer, decision.officer_id)
            alarm(session, queries.locked_by_no(session, batch_no), officer, decision.session_id)
        return problem
    except Problem as problem:
        return problem
    return None


def _do(session: Session, batch: Batch, officer: Officer, decision: Decision) -> None:
    on, session_id = decision.on, decision.session_id
    if decision.act == "submit":
        submit_and_post(session, batch, by=officer, on=on, session_id=session_id)
    elif decision.act == "approve":
        approve(session, batch, by=officer, on=on, session_id=session_id)
    else:
        reason = decision.reason
        send_back(session, batch, by=officer, reason=reason, on=on, session_id=session_id)
