"""Mend one row in the browser: what is typed is judged as the import judges it."""

from sqlalchemy.orm import Session

from service.audit.moves import move
from service.foundation.problems import Problem
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.corrections.judge import ACT, index_of, judge
from service.reconciliation.corrections.models import CorrectionRow
from service.reconciliation.corrections.read import read_entry
from service.reconciliation.corrections.take import drop_others, raw_of, sealed_raw


class RowDone(Problem):
    """The row was asked for or dropped; it says what it said."""

    code = "correction_row_done"
    status = 409
    title = "This row can no longer be changed"

    def __init__(self) -> None:
        super().__init__(
            "This row was asked for or dropped already; import a new workbook if something is still wrong.",
            "该行已提交变更或已作废，如仍有问题请重新导入更正表。",
        )


def mend(
    session: Session,
    row: CorrectionRow,
    typed: dict[str, str],
    *,
    by: Officer,
    session_id: str = "",
) -> list[dict[str, str]]:
    """Keep what was typed, and return the faults that are left; none of them makes the row ready.

    Raises NotAllowed, :class:`RowDone`.
    """
    require(by, ACT)
    row = session.get_one(CorrectionRow, row.id, with_for_update=True, populate_existing=True)
    if row.state not in ("faulty", "ready"):
        raise RowDone
    raw = raw_of(row)
    entry, faults = read_entry({**raw["entry"], **typed})
    judged = judge(session, entry, by)
    unread = {one.field for one in faults}
    faults += [one for one in judged.faults if not one.field or one.field not in unread]
    if judged.payment is not None:
        row.payment_id = judged.payment.id
    row.raw_sealed = sealed_raw(row.id, raw["delivered"], entry)
    row.said_index = index_of(entry)
    row.faults = [one.as_json() for one in faults]
    session.flush()
    now = "faulty" if faults else "ready"
    if now == "ready":
        drop_others(session, row.payment_id, row.id, by)
    if now != row.state:
        move(session, row, now, by=by.actor(session_id))
    return row.faults


def drop(session: Session, row: CorrectionRow, *, by: Officer, session_id: str = "") -> None:
    """Drop a row that is not wanted; raises NotAllowed, :class:`RowDone`."""
    require(by, ACT)
    row = session.get_one(CorrectionRow, row.id, with_for_update=True, populate_existing=True)
    if row.state not in ("faulty", "ready"):
        raise RowDone
    move(session, row, "dropped", by=by.actor(session_id))
