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

# One offset per case; an offset that was booked and whose line came back is taken out again, and put
# back when the bank takes the return back: kept as often as undone, or once more. Asked from the few
# offsets: right after a file is settled a planner thinks that few lines are paid.
_ROUNDS_MAX = 9
_OFFSETS = text(
    f"""
    SELECT o.payment_id, o.case_id, o.offset_fen, p.state, coalesce(c.code, '') AS channel,
           booked.kept, booked.undone
    FROM recovery_offsets o
    CROSS JOIN LATERAL (
        SELECT id, state, channel_id FROM payments
        WHERE id = o.payment_id AND programme = :programme
          AND state IN ('paid', 'returned', 'reissued')
        OFFSET 0
    ) p
    LEFT JOIN bank_channels c ON c.id = p.channel_id
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE e.event_type = 'recovery.kept') AS kept,
               count(*) FILTER (WHERE e.event_type = 'recovery.kept_undone') AS undone
        FROM generate_series(1, {_ROUNDS_MAX}) n
        JOIN ledger_entries e ON e.event_type IN ('recovery.kept', 'recovery.kept_undone')
            AND e.event_id = o.payment_id || ':' || o.case_id
                             || CASE WHEN n = 1 THEN '' ELSE ':' || n END
    ) booked
    WHERE CASE p.state WHEN 'paid' THEN booked.kept = booked.undone
               ELSE booked.kept > booked.undone END
    ORDER BY o.payment_id, o.case_id
    """  # noqa: S608 - a constant
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
        before = row.kept if row.state == "paid" else row.undone
        event = f"{row.payment_id}:{row.case_id}" + (f":{before + 1}" if before else "")
        fen = {"settled": row.offset_fen, "recovery_receivable": -row.offset_fen}
        if row.state == "paid":
            book(session, "recovery.kept", event, programme, fen, channel=row.channel)
            touched.add(row.case_id)
        else:
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
