"""The ledger's side of recoveries: what is owed back, what was kept, received and written off.

Money that was paid and was not due is no settled subsidy: it moves to ``recovery_receivable``. What
is kept from a later line makes that line's subsidy whole again: settled grows by it although the
bank paid only the net. Every event is posted once, whoever asks how often.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches.recoveries.lifecycle import ACTIVE
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.standing import standing
from service.foundation import clock
from service.ledger.post import account_code, post

# One offset per case; an offset that was booked and whose line came back is taken out again.
_OFFSETS = text(
    """
    SELECT o.payment_id, o.case_id, o.offset_fen, p.state, coalesce(c.code, '') AS channel
    FROM recovery_offsets o
    JOIN payments p ON p.id = o.payment_id
    LEFT JOIN bank_channels c ON c.id = p.channel_id
    WHERE p.programme = :programme AND p.state IN ('paid', 'returned', 'reissued')
      AND NOT EXISTS (
          SELECT FROM ledger_entries e
          WHERE e.event_id = o.payment_id || ':' || o.case_id
            AND e.event_type = CASE p.state WHEN 'paid' THEN 'recovery.kept'
                                            ELSE 'recovery.kept_undone' END)
    ORDER BY o.payment_id, o.case_id
    """
)
_WAS_KEPT = text(
    "SELECT 1 FROM ledger_entries WHERE event_type = 'recovery.kept' AND event_id = :event"
)


def book(
    session: Session,
    event: str,
    event_id: str,
    programme: str,
    fen: dict[str, int],
    *,
    channel: str = "",
) -> bool:
    """Post one event between a programme's accounts, given by kind; return False if it was there."""
    sides = {
        account_code(kind, programme="" if kind == "unidentified_receipts" else programme): amount
        for kind, amount in fen.items()
    }
    return post(session, event, event_id, sides, booked_on=clock.today(), channel=channel)


def book_offsets(session: Session, programme: str) -> None:
    """Book what paid lines kept, take out what came back, and settle the cases that are whole."""
    touched = set()
    for row in session.execute(_OFFSETS, {"programme": programme}).all():
        event = f"{row.payment_id}:{row.case_id}"
        fen = {"settled": row.offset_fen, "recovery_receivable": -row.offset_fen}
        if row.state == "paid":
            book(session, "recovery.kept", event, programme, fen, channel=row.channel)
            touched.add(row.case_id)
        elif session.scalar(_WAS_KEPT, {"event": event}):
            back = {kind: -amount for kind, amount in fen.items()}
            book(
                session, "recovery.kept_undone", event, programme, back, channel=row.channel
            )  # fmt: skip
    for case_id in sorted(touched):
        finish(session, session.get_one(RecoveryCase, case_id, with_for_update=True))


def finish(session: Session, case: RecoveryCase) -> None:
    """End a case of which nothing is left: settled when something came back, else withdrawn."""
    session.flush()
    figures = standing(session, case.id)
    if case.state not in ACTIVE or figures.asked_fen != figures.settled_fen:
        return
    move(
        session,
        case,
        "settled" if figures.asked_fen else "withdrawn",
        by=SYSTEM,
        details={"recovered_fen": figures.settled_fen},
    )
