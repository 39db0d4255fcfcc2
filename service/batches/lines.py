"""Move many payments at once: one statement, one audit entry that names the set."""

import hashlib
from typing import Any

from sqlalchemy import ColumnElement, Text, cast, func, literal, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import event_for
from service.audit.record import record
from service.batches.followed import RETURNED, added_for
from service.batches.models import Payment
from service.foundation import clock


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
    learned = {"failed_on": clock.today()} if then in ("rejected", "returned") else {}
    # What is asked below is no statement about mapped objects, which would do this by itself.
    session.flush()
    follow = added_for(session, then)
    moved = (
        update(Payment)
        .where(which, Payment.state == now)
        .values(state=then, **learned, **(values or {}))
        .returning(Payment.id, Payment.amount_fen, *(RETURNED if follow else ()))
        .cte("moved")
    )
    count, total, digest = session.execute(
        select(
            func.count(),
            func.coalesce(func.sum(moved.c.amount_fen), 0),
            _digest(moved.c.id),
        ).add_cte(*(follow(moved) if follow else ()))
    ).one()
    for known in session.identity_map.values():
        if isinstance(known, Payment):
            session.expire(known)
    if not count:
        return 0, 0
    record(
        session,
        event,
        by=by,
        on=on,
        before=now,
        after=then,
        details={
            "count": count,
            "amount_fen": int(total),
            "payments_digest": digest,
        },
    )
    return count, int(total)


def _digest(number: ColumnElement[int]) -> ColumnElement[str]:
    """Write :func:`digest_of_ids` in SQL: a million ids stay where they are."""
    joined = func.string_agg(cast(number, Text), aggregate_order_by(literal("\n"), number))
    return func.encode(func.sha256(func.convert_to(joined, "UTF8")), "hex")


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
