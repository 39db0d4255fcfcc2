"""Move many payments at once: one statement, one audit entry that names the set."""

import hashlib
from typing import Any

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import event_for
from service.audit.record import record
from service.batches.models import Payment


def move_lines(
    session: Session,
    which: ColumnElement[bool],
    *,
    now: str,
    then: str,
    by: Actor,
    on: tuple[str, object],
    values: dict[str, Any] | None = None,
) -> tuple[int, int]:
    """Move every payment in state ``now`` that ``which`` selects; return (count, fen).

    The audit entry is written on the thing that caused the move (a batch, a bank's file) with
    count, total and a digest of the ids. Raises IllegalMove for a move that is not in the table.
    """
    event = event_for("payments", "payments", now, then)
    moved = session.execute(
        update(Payment)
        .where(which, Payment.state == now)
        .values(state=then, **(values or {}))
        .returning(Payment.id, Payment.amount_fen)
        .execution_options(synchronize_session=False)
    ).all()
    for known in session.identity_map.values():
        if isinstance(known, Payment):
            session.expire(known)
    if not moved:
        return 0, 0
    total = sum(amount for _, amount in moved)
    record(
        session,
        event,
        by=by,
        on=on,
        before=now,
        after=then,
        details={
            "count": len(moved),
            "amount_fen": total,
            "payments_digest": digest_of_ids([number for number, _ in moved]),
        },
    )
    return len(moved), total


def digest_of_ids(numbers: list[int]) -> str:
    """Return SHA-256 in hex over payment ids in ascending order, one a line."""
    joined = "\n".join(str(number) for number in sorted(numbers))
    return hashlib.sha256(joined.encode()).hexdigest()


def totals(session: Session, which: ColumnElement[bool]) -> dict[str, dict[str, int]]:
    """Return {state: {count, amount_fen}} of the payments that ``which`` selects."""
    rows = session.execute(
        select(Payment.state, func.count(), func.coalesce(func.sum(Payment.amount_fen), 0))
        .where(which)
        .group_by(Payment.state)
        .order_by(Payment.state)
    )
    return {state: {"count": count, "amount_fen": int(amount)} for state, count, amount in rows}
