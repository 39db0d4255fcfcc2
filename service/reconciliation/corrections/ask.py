"""Ask for the changes of account that an imported workbook's ready rows say; another officer agrees."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.batches.models import Batch, Payment
from service.foundation.problems import Problem
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.corrections.faults import of_problem
from service.reconciliation.corrections.judge import ACT, judge
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from service.reconciliation.corrections.take import raw_of
from service.residents.accounts.change import request_change

_REASON_MAX = 400


@dataclass(frozen=True)
class Asked:
    """How many changes were asked for, and how many rows were refused."""

    asked: int
    refused: int


def ask(session: Session, file: CorrectionFile, *, by: Officer, session_id: str = "") -> Asked:
    """Request the change of account of every ready row; what cannot be asked for is kept as faulty.

    Each goes through the two-person rule of `residents.accounts`; nothing is changed here. Doing it
    again asks for nothing twice. Raises NotAllowed.
    """
    require(by, ACT)
    rows = session.scalars(
        select(CorrectionRow)
        .where(CorrectionRow.file_id == file.id, CorrectionRow.state == "ready")
        .order_by(CorrectionRow.row_no, CorrectionRow.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    done = [_ask_one(session, row, by, session_id) for row in rows]
    return Asked(done.count(True), done.count(False))


def _ask_one(session: Session, row: CorrectionRow, by: Officer, session_id: str) -> bool:
    entry = raw_of(row)["entry"]
    judged = judge(session, entry, by)
    payment = judged.payment
    if judged.faults or payment is None or payment.payee_person_id is None:
        row.faults = [one.as_json() for one in judged.faults]
        move(session, row, "faulty", by=by.actor(session_id))
        return False
    try:
        with session.begin_nested():
            change = request_change(
                session,
                payment.payee_person_id,
                account=entry["account"],
                bank_code=entry["bank_code"],
                bank_name=entry["bank_name"],
                reason=f"{_list_of(session, payment)}: {entry['evidence']}"[:_REASON_MAX],
                by=by,
                session_id=session_id,
            )
    except Problem as problem:
        row.faults = [of_problem(problem)]
        move(session, row, "faulty", by=by.actor(session_id))
        return False
    row.change_id = change.id
    move(session, row, "asked", by=by.actor(session_id), details={"change": str(change.id)})
    return True


def _list_of(session: Session, payment: Payment) -> str:
    """Return the number of the list: a reference is too long a number to stand in a reason."""
    return session.get_one(Batch, payment.batch_id).batch_no
