"""Answer an objection: another officer upholds or dismisses it, with a reason the objector reads."""

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.batches.models import Batch, BatchAct, Payment
from service.batches.queries import locked
from service.foundation import clock
from service.notices.models import Notice
from service.notices.objections.about import about_objection, concerned
from service.notices.objections.hold import put_back
from service.notices.objections.models import Objection
from service.notices.objections.problems import AnotherOfficerAnswers, AnswerMissing
from service.notices.objections.redress import hand_on
from service.officers.interests import related_persons
from service.officers.may import require
from service.officers.models import Officer

ANSWER_CHARS_MIN = 5
ANSWER_CHARS_MAX = 500


def answer(
    session: Session,
    objection: Objection,
    *,
    upheld: bool,
    reason: str,
    by: Officer,
    session_id: str = "",
) -> bool:
    """Uphold (the line stays out) or dismiss; return whether the line is on its list again.

    A line with several objections waits until the last is answered, and stays out once one was
    upheld. Raises AnswerMissing, AnotherOfficerAnswers, NotAllowed, IllegalMove.
    """
    require(by, "notices.decide_objection", about_objection(session, objection))
    if not ANSWER_CHARS_MIN <= len(reason.strip()) <= ANSWER_CHARS_MAX:
        raise AnswerMissing(ANSWER_CHARS_MIN, ANSWER_CHARS_MAX)
    # The batch first, as whoever lodges does, so that nobody waits for the other in a circle.
    notice = _notice(session, objection)
    batch = locked(session, notice.batch_id) if notice else None
    session.refresh(objection, with_for_update=True)
    _require_another(session, objection, batch, by)
    objection.answered_by, objection.answered_at = by.id, clock.now()
    objection.answer = reason.strip()
    move(
        session,
        objection,
        "upheld" if upheld else "dismissed",
        by=by.actor(session_id),
        reason=reason.strip(),
        details={"notice": (notice.number if notice else "") or "", "place": objection.place or 0},
        sealed={"answer": reason.strip()},
        about=concerned(objection, batch),
    )
    if upheld:
        hand_on(session, objection, by=by.actor(session_id))
    if batch is None or objection.payment_id is None or objection.line_digest is None:
        return False
    still_out = session.scalar(
        select(func.count())
        .select_from(Objection)
        .where(
            Objection.payment_id == objection.payment_id, Objection.state.in_(("open", "upheld"))
        )
    )
    if still_out:
        return False
    return put_back(
        session, batch, objection.payment_id, objection.line_digest, by=by.actor(session_id)
    )


def may_answer(session: Session, objection: Objection, officer: Officer) -> bool:
    """Return whether this officer is neither maker, writer nor relative."""
    notice = _notice(session, objection)
    batch = session.get_one(Batch, notice.batch_id) if notice else None
    try:
        _require_another(session, objection, batch, officer)
    except AnotherOfficerAnswers:
        return False
    return True


def _notice(session: Session, objection: Objection) -> Notice | None:
    return session.get(Notice, objection.notice_id) if objection.notice_id else None


def _require_another(
    session: Session, objection: Objection, batch: Batch | None, by: Officer
) -> None:
    if _acted(session, objection, batch, by) or objection.taken_by == by.id:
        raise AnotherOfficerAnswers
    people = {objection.person_id, objection.acted_by}
    if objection.payment_id is not None:
        line = session.get_one(Payment, objection.payment_id)
        people.add(line.payee_person_id)
        if line.subject_kind == "person":
            people.add(line.subject_id)
    if people & related_persons(session, by):
        raise AnotherOfficerAnswers


def _acted(session: Session, objection: Objection, batch: Batch | None, by: Officer) -> bool:
    """Whether an officer made or reviewed the list, or, for a decision, any of its programme and month."""
    if batch is not None:
        return session.get(BatchAct, (batch.id, batch.round, by.id)) is not None
    which = (
        exists()
        .where(BatchAct.officer_id == by.id, BatchAct.batch_id == Batch.id)
        .where(Batch.programme == objection.programme, Batch.month == objection.month)
    )
    return bool(session.scalar(select(which)))
