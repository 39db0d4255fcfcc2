"""Record money that was paid back: it stands on the bank's statement and belongs to a case."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.about import about_case
from service.batches.recoveries.book import book, finish
from service.batches.recoveries.lifecycle import ACTIVE
from service.batches.recoveries.models import RecoveryCase, RecoveryReceipt
from service.batches.recoveries.problems import NotWritable, TooLarge
from service.batches.recoveries.standing import standing
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.officers.may import require
from service.officers.models import Officer


def receive(
    session: Session,
    case: RecoveryCase,
    *,
    amount_fen: int,
    on: date,
    reference: str,
    by: Officer,
    session_id: str = "",
) -> bool:
    """Count a receipt for a case; the same bank reference again counts nothing and returns False.

    The caller holds the case's lock. Raises NotWritable, TooLarge, ReasonMissing (no reference).
    """
    require(by, "recoveries.receive", about_case(session, case))
    if not reference.strip():
        raise ReasonMissing
    known = select(RecoveryReceipt.id).where(
        RecoveryReceipt.case_id == case.id, RecoveryReceipt.reference == reference.strip()
    )
    if session.scalar(known):
        return False
    if case.state not in ACTIVE:
        raise NotWritable(case.case_no)
    left_fen = standing(session, case.id).left_fen
    if not 0 < amount_fen <= left_fen:
        raise TooLarge(case.case_no, amount_fen, left_fen)
    receipt = RecoveryReceipt(
        case_id=case.id,
        reference=reference.strip(),
        amount_fen=amount_fen,
        received_on=on,
        recorded_by=by.id,
        at=clock.now(),
    )
    session.add(receipt)
    session.flush()
    sides = {"unidentified_receipts": amount_fen, "recovery_receivable": -amount_fen}
    book(session, "recovery.received", str(receipt.id), case.programme, sides)
    record(
        session,
        "recovery.received",
        by=by.actor(session_id),
        on=("recovery_cases", case.id),
        details={"amount_fen": amount_fen, "on": on.isoformat()},
    )
    finish(session, case)
    return True
