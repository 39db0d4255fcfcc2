"""Move payments of recalls from state to state, many at once, with one audit entry that names them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import event_for
from service.audit.record import record
from service.batches.lines import digest_of_ids
from service.dispatch.recall.models import Recall, RecallLine


def move_recall_lines(
    session: Session,
    recall: Recall,
    payment_ids: Sequence[int],
    then: str,
    *,
    by: Actor,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Move lines of one recall, all of one state, to another. Raises IllegalMove."""
    if not payment_ids:
        return
    session.flush()
    which = RecallLine.recall_id == recall.id, RecallLine.payment_id.in_(payment_ids)
    lines = session.query(RecallLine.state).where(*which).distinct().all()
    for (now,) in lines:
        event = event_for("recall_lines", recall.reference, now, then)
        moved = session.scalars(
            update(RecallLine)
            .where(*which, RecallLine.state == now)
            .values(state=then)
            .returning(RecallLine.payment_id)
            .execution_options(synchronize_session=False)
        ).all()
        record(
            session,
            event,
            by=by,
            on=("recalls", recall.id),
            before=now,
            after=then,
            reason=reason,
            details={
                "count": len(moved),
                "payments_digest": digest_of_ids(list(moved)),
                **(details or {}),
            },
        )
    for known in session.identity_map.values():
        if isinstance(known, RecallLine):
            session.expire(known)
