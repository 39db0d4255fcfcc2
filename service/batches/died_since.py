"""Who on a list has died since it was screened: asked again when it is frozen, and before it is sent.

Weeks lie between the screening of a list and its pay day. The two controls about deaths are the
same as when it was made, so nobody is dead here and alive there; what an officer cleared with a
reason stays cleared.
"""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches import controls
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment, PaymentHold
from service.foundation.problems import Problem

_LINES = """
CREATE TEMPORARY TABLE building ON COMMIT DROP AS
SELECT p.id, p.decision_id, p.line_type,
       CASE WHEN p.subject_kind = 'person' THEN coalesce(subject.merged_into, p.subject_id) END
           AS subject_person_id,
       coalesce(payee.merged_into, p.payee_person_id) AS payee_canonical_id
FROM payments p
LEFT JOIN persons subject ON p.subject_kind = 'person' AND subject.id = p.subject_id
LEFT JOIN persons payee ON payee.id = p.payee_person_id
WHERE p.batch_id = :batch AND p.state = :state
"""
_OF_FILE = "AND p.bank_file_id = :file"
_NOT_CLEARED = """
SELECT b.id, min(b.control) FROM building_holds b
WHERE NOT EXISTS (SELECT FROM payment_holds h WHERE h.payment_id = b.id AND h.control = b.control
                  AND h.cleared_at IS NOT NULL AND h.cleared_by <> 'data')
GROUP BY b.id ORDER BY b.id
"""


class DiedSince(Problem):
    """Somebody on a signed list has died, or was reported dead, after it was screened."""

    code = "died_since"
    status = 409
    title = "Somebody on the list has died"

    def __init__(self, batch: Batch, lines: int) -> None:
        super().__init__(
            f"{batch.batch_no} is not sent: the payees or subjects of {lines} of its lines have died or "
            "were reported dead since it was screened. Its maker calls it back and submits it again; "
            "these lines are held then, and the others go on.",
            f"{batch.batch_no} 暂不发送：筛查后有 {lines} 笔的领款人或对象去世或被报告去世。"
            "请经办人撤回并重新提交，届时该等明细将暂缓，其余照常发放。",
        )


def hold_the_dead(session: Session, batch: Batch, *, by: Actor) -> int:
    """Hold the ready lines of a list about to freeze whose people died since; return how many."""
    if not _look(session, batch, "ready"):
        return 0
    controls.keep_holds(session)
    open_holds = select(PaymentHold.payment_id).where(PaymentHold.cleared_at.is_(None))
    which = (Payment.batch_id == batch.id) & Payment.id.in_(open_holds)
    held, _ = move_lines(session, which, now="ready", then="held", by=by, on=("batches", batch.id))
    return held


def require_alive(session: Session, batch: Batch) -> None:
    """Raise DiedSince if anybody of a frozen list has died since it was screened."""
    found = died(session, batch)
    if found:
        raise DiedSince(batch, len(found))


def died(session: Session, batch: Batch, file_id: UUID | None = None) -> dict[int, str]:
    """Return {payment id: control} of the frozen lines, of one file if named, whose people died since."""
    if not _look(session, batch, "frozen", file_id):
        return {}
    return {row[0]: row[1] for row in session.execute(text(_NOT_CLEARED))}


def _look(session: Session, batch: Batch, state: str, file_id: UUID | None = None) -> bool:
    given: dict[str, object] = {"batch": batch.id, "state": state}
    lines = _LINES
    if file_id is not None:
        lines, given["file"] = _LINES + _OF_FILE, file_id
    session.execute(text("DROP TABLE IF EXISTS building"))
    session.execute(text(lines), given)
    return bool(controls.screen_deaths(session))
