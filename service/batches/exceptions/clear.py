"""Clear many holds at once: what a preview showed, all of it or nothing, with one reason.

It is what releasing one line does for each of its holds, under the same rules: what only data ends
stays, a new account waits for its bank, and nobody decides about himself, a relative, or beyond his
places. A line that nothing holds any more can be paid with its list if that is not frozen yet.
"""

from dataclasses import dataclass

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches import cooling
from service.batches.controls import NEVER_CLEARED_BY_HAND
from service.batches.exceptions import choose as chosen
from service.batches.exceptions.choose import CHOSEN, Share
from service.batches.exceptions.find import Wanted
from service.batches.exceptions.models import ExceptionDecision
from service.batches.exceptions.problems import NothingToDo, SelectionChanged
from service.batches.lines import move_lines
from service.batches.models import Payment
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.foundation.logs import without_numbers
from service.officers.may import require
from service.officers.models import Officer

ACT = "batches.resolve"

# The same question as `cooling.require_answer`, asked about all at once.
_NO_ANSWER = """
UPDATE chosen_exceptions c SET refused = 'bank_not_asked'
WHERE c.control = :code AND c.refused IS NULL AND NOT EXISTS (
    SELECT FROM accounts a
    JOIN persons holder ON holder.id = a.person_id
    CROSS JOIN LATERAL (
        SELECT min(k.known_from) AS at FROM accounts k JOIN persons p ON p.id = k.person_id
        WHERE k.card_index = a.card_index
          AND coalesce(p.merged_into, p.id) = coalesce(holder.merged_into, holder.id)) since
    JOIN account_verifications v ON v.card_index = a.card_index AND v.verdict = 'match'
    JOIN persons asked ON asked.id = v.person_id
     AND coalesce(asked.merged_into, asked.id) = coalesce(holder.merged_into, holder.id)
    WHERE a.id = c.account_id AND v.verified_on >= (since.at AT TIME ZONE interval '8 hours')::date)
"""
_CLEAR = """
UPDATE payment_holds h SET cleared_at = :at, cleared_by = :by, cleared_reason = :reason
FROM chosen_exceptions c
WHERE c.kind = 'h' AND c.refused IS NULL AND h.id = c.id AND h.cleared_at IS NULL
"""
_FREE = """
SELECT DISTINCT c.payment_id FROM chosen_exceptions c
WHERE c.kind = 'h' AND c.refused IS NULL AND NOT EXISTS (
    SELECT FROM payment_holds h WHERE h.payment_id = c.payment_id AND h.cleared_at IS NULL
      AND NOT EXISTS (SELECT FROM chosen_exceptions o
                      WHERE o.kind = 'h' AND o.id = h.id AND o.refused IS NULL))
"""
TOWNSHIP = "left(division, 9)"


@dataclass(frozen=True)
class ClearPreview:
    """What clearing would do, and what it would not; ``mark`` is repeated when it is confirmed."""

    mark: str
    total: Share
    freed: Share
    """Of the lines: those that nothing else holds."""
    programmes: list[Share]
    townships: list[Share]
    controls: list[Share]
    refused: list[Share]


def preview_clear(session: Session, wanted: Wanted, *, by: Officer) -> ClearPreview:
    """Say exactly what clearing would do; changes nothing. Raises NotAllowed."""
    require(by, ACT)
    _choose(session, wanted, by)
    total = chosen.shares(session, "''", refused=False)
    freed = session.execute(
        text(
            f"SELECT count(*), coalesce(sum(p.amount_fen), 0) FROM payments p "  # noqa: S608 - a constant of this module
            f"WHERE p.id IN ({_FREE})"
        )
    ).one()
    return ClearPreview(
        mark=chosen.mark_of(session, ACT, by.id),
        total=total[0] if total else Share("", 0, 0, 0),
        freed=Share("", freed[0], freed[0], int(freed[1])),
        programmes=chosen.shares(session, "programme", refused=False),
        townships=chosen.shares(session, TOWNSHIP, refused=False),
        controls=chosen.shares(session, "control", refused=False),
        refused=chosen.shares(session, "refused", refused=True),
    )


def clear(
    session: Session, wanted: Wanted, *, mark: str, reason: str, by: Officer, session_id: str = ""
) -> ExceptionDecision:
    """Clear what a preview showed, in the caller's one transaction.

    Of several at once one has the effect; the others find another selection. Raises NotAllowed,
    ReasonMissing, :class:`SelectionChanged`, :class:`NothingToDo`.
    """
    require(by, ACT)
    if not reason.strip():
        raise ReasonMissing
    chosen.lock(session, wanted, by)
    _choose(session, wanted, by)
    if mark != chosen.mark_of(session, ACT, by.id):
        raise SelectionChanged
    total = chosen.shares(session, "''", refused=False)
    if not total:
        raise NothingToDo
    now, digest = clock.now(), chosen.digest_of_keys(session)
    cleared = session.execute(
        text(_CLEAR), {"at": now, "by": str(by.id), "reason": without_numbers(reason.strip())}
    )
    if cleared.rowcount != total[0].count:  # type: ignore[attr-defined]
        raise SelectionChanged
    made = ExceptionDecision(
        decided_by=by.id, decided_at=now, reason=reason.strip(), mark=mark, digest=digest,
        count=total[0].count, lines=total[0].lines, amount_fen=total[0].amount_fen,
    )  # fmt: skip
    session.add(made)
    session.flush()
    session.execute(
        text(
            "INSERT INTO exception_decided (decision, hold_id) "
            "SELECT :number, id FROM chosen_exceptions WHERE kind = 'h' AND refused IS NULL"
        ),
        {"number": made.number},
    )
    _tell(session, made, by=by, session_id=session_id)
    # What was just cleared holds no more, so this asks of the lines what the preview asked.
    freed = list(
        session.scalars(
            text(f"SELECT p.id FROM ({_FREE}) f (freed) JOIN payments p ON p.id = f.freed "  # noqa: S608 - a constant of this module
                 "JOIN batches b ON b.id = p.batch_id WHERE b.state IN ('draft', 'returned')")
        )
    )  # fmt: skip
    move_lines(
        session,
        Payment.id == func.any(freed),
        now="held",
        then="ready",
        by=by.actor(session_id),
        on=("exception_decisions", made.number),
    )
    session.expire_all()
    return made


def _choose(session: Session, wanted: Wanted, by: Officer) -> None:
    chosen.choose(session, wanted, by)
    chosen.refuse(session, CHOSEN.c.kind == "f", "whole_list")
    chosen.refuse(session, CHOSEN.c.control.in_(sorted(NEVER_CLEARED_BY_HAND)), "needs_data")
    chosen.refuse_out_of_reach(session, by, ACT)
    session.execute(text(_NO_ANSWER), {"code": cooling.CODE})


def _tell(session: Session, made: ExceptionDecision, *, by: Officer, session_id: str) -> None:
    """Write it down on the decision, and on each list for its own part."""
    said = {"decision": made.decision_no, "count": made.count, "lines": made.lines,
            "amount_fen": made.amount_fen, "holds_digest": made.digest}  # fmt: skip
    on: tuple[str, object] = ("exception_decisions", made.number)
    actor = by.actor(session_id)
    record(session, "exceptions.cleared", by=actor, on=on, reason=made.reason, details=said)
    parts = session.execute(
        select(CHOSEN.c.batch_id, func.count())
        .where(CHOSEN.c.refused.is_(None))
        .group_by(CHOSEN.c.batch_id)
        .order_by(CHOSEN.c.batch_id)
    )
    for batch_id, count in parts.all():
        record(
            session,
            "exceptions.cleared",
            by=actor,
            on=("batches", batch_id),
            reason=made.reason,
            details={
                "decision": made.decision_no,
                "count": count,
                "holds_digest": chosen.digest_of_keys(session, CHOSEN.c.batch_id == batch_id),
            },
        )
