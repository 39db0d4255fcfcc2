"""Write off what cannot be had: two officers, each with a reason, neither of whom made the case."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.audit.record import record
from service.batches.about import about_case
from service.batches.recoveries.book import book
from service.batches.recoveries.lifecycle import ACTIVE
from service.batches.recoveries.models import RecoveryAct, RecoveryCase
from service.batches.recoveries.problems import NotWritable, OnItsWay, OwnCase
from service.batches.recoveries.standing import standing
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.officers.may import require
from service.officers.models import Officer

APPROVALS = 2
ACT = "write_off"


def approve_write_off(
    session: Session, case: RecoveryCase, *, reason: str, by: Officer, session_id: str = ""
) -> bool:
    """Approve that what is left is given up; return whether this was the last approval needed.

    The caller holds the case's lock. Raises OwnCase, NotWritable, OnItsWay, ReasonMissing.
    """
    require(by, "recoveries.write_off", about_case(session, case))
    said = reason.strip()
    if not said:
        raise ReasonMissing
    if case.state not in ACTIVE:
        raise NotWritable(case.case_no)
    acts = session.scalars(select(RecoveryAct).where(RecoveryAct.case_id == case.id)).all()
    if str(by.id) == case.opened_by or by.id in {one.officer_id for one in acts}:
        raise OwnCase(case.case_no)
    figures = standing(session, case.id)
    if figures.kept_fen != figures.kept_paid_fen:
        raise OnItsWay(case.case_no, figures.kept_fen - figures.kept_paid_fen)
    session.add(
        RecoveryAct(case_id=case.id, act=ACT, officer_id=by.id, at=clock.now(), reason=said)
    )
    session.flush()
    details = {"amount_fen": figures.left_fen}
    actor = by.actor(session_id)
    if sum(one.act == ACT for one in acts) + 1 < APPROVALS:
        record(
            session,
            "recovery.write_off_approved",
            by=actor,
            on=("recovery_cases", case.id),
            reason=said,
            details=details,
        )
        return False
    move(session, case, "written_off", by=actor, reason=said, details=details)
    sides = {"written_off": figures.left_fen, "recovery_receivable": -figures.left_fen}
    book(session, "recovery.written_off", str(case.id), case.programme, sides)
    return True
