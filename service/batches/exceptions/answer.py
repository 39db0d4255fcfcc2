"""One exception's task: an office answers or gives it back; whoever gave it asks again or takes it away.

An answer decides nothing: the hold stays until somebody whose duty it is clears it with a reason.
"""

from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.audit.moves import event_for
from service.audit.record import record
from service.batches.about import about_line
from service.batches.exceptions.models import ExceptionAnswer, ExceptionTask
from service.batches.exceptions.problems import (
    AnswerIncomplete,
    DaysUnusable,
    ExceptionOver,
    NotAssigned,
    NotYourOffice,
)
from service.batches.exceptions.rules import DAYS_MAX, Deadline, days_of, rules_now
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import Matter, allowing, require
from service.officers.models import Officer, Organisation

OUTCOMES = ("confirmed", "corrected", "not_found")
"""As the control says; put right where it comes from; the person or fact cannot be found."""
CHARS_MAX = 500

Exceptional = PaymentHold | BatchFinding


def by_key(session: Session, key: str) -> Exceptional:
    """Return an exception, open or not, by its key; raises NotFound."""
    number = key[1:]
    if key[:1] in ("h", "f") and number.isascii() and number.isdecimal() and len(number) < 19:
        found: Exceptional | None = (
            session.get(PaymentHold, int(number))
            if key[0] == "h"
            else session.get(BatchFinding, int(number))
        )
        if found is not None:
            return found
    raise NotFound("exception")


def task_of(session: Session, one: Exceptional, *, locked: bool = False) -> ExceptionTask | None:
    """Return the task of an exception that is not withdrawn, if it was given to anybody."""
    mine = (
        ExceptionTask.hold_id == one.id
        if isinstance(one, PaymentHold)
        else ExceptionTask.finding_id == one.id
    )
    query = select(ExceptionTask).where(mine, ExceptionTask.state != "withdrawn")
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).first()


def matter_of(session: Session, one: Exceptional, task: ExceptionTask | None = None) -> Matter:
    """Return what the decision table asks about an exception.

    A finding on a whole list lies, for the office that was asked about it, where the office is.
    """
    if isinstance(one, PaymentHold):
        return about_line(session, session.get_one(Payment, one.payment_id))
    batch = session.get_one(Batch, one.batch_id)
    office = session.get(Organisation, task.organisation) if task is not None else None
    return Matter(
        kind="exception",
        division=office.division if office is not None else "",
        programme=batch.programme,
        conflicted=frozenset(UUID(who) for who in one.evidence.get("officers", [])),
    )


def require_seen(session: Session, officer: Officer, one: Exceptional) -> None:
    """Answer as if an exception were not there that the officer may not see; raises NotFound."""
    task = task_of(session, one)
    own = task if task is not None and task.organisation == officer.organisation else None
    about = matter_of(session, one, own)
    if isinstance(one, BatchFinding) and own is None:
        require(officer, "exceptions.read", about)
        if not _is_county(officer):
            raise NotFound("exception")
    else:
        require(officer, "exceptions.read", about)


def answer(
    session: Session,
    key: str,
    *,
    outcome: str,
    said: str,
    evidence: str,
    by: Officer,
    session_id: str = "",
) -> ExceptionAnswer:
    """Keep what the office found. Raises NotFound, :class:`NotAssigned`, :class:`NotYourOffice`,
    :class:`ExceptionOver`, :class:`AnswerIncomplete`, IllegalMove for a second answer.
    """
    task = _own(session, key, by)
    said, evidence = said.strip(), evidence.strip()
    if outcome not in OUTCOMES or not all(0 < len(one) <= CHARS_MAX for one in (said, evidence)):
        raise AnswerIncomplete(CHARS_MAX)
    _move(session, task, "answered", by=by, session_id=session_id, reason=said, outcome=outcome)
    made = ExceptionAnswer(
        task_id=task.id, outcome=outcome, said=said, evidence=evidence,
        answered_by=by.id, answered_at=clock.now(),
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def give_back(
    session: Session, key: str, *, reason: str, by: Officer, session_id: str = ""
) -> ExceptionTask:
    """Say that it is not the office's own to answer; raises as :func:`answer`, and ReasonMissing."""
    task = _own(session, key, by)
    _move(session, task, "returned", by=by, session_id=session_id, reason=_reason(reason))
    return task


def ask_again(
    session: Session, key: str, *, reason: str, days: int = 0, by: Officer, session_id: str = ""
) -> ExceptionTask:
    """Ask the same office once more, with its days anew. Raises NotAllowed, NotFound, IllegalMove,
    :class:`NotAssigned`, :class:`ExceptionOver`, :class:`DaysUnusable`, ReasonMissing.
    """
    one, task = _given(session, key, by)
    if one.cleared_at is not None:
        raise ExceptionOver
    if not 0 <= days <= DAYS_MAX:
        raise DaysUnusable(DAYS_MAX)
    said = _reason(reason)
    rule = rules_now().of(one.control)
    deadline = Deadline(days, min(rule.remind_before, days - 1)) if days else rule
    _move(session, task, "given", by=by, session_id=session_id, reason=said)
    task.due_on, task.remind_on = days_of(deadline, asked_on=clock.today())
    task.reminded_at = task.escalated_at = task.escalated_to = None
    session.flush()
    return task


def withdraw(
    session: Session, key: str, *, reason: str, by: Officer, session_id: str = ""
) -> ExceptionTask:
    """Take it away from its office; raises as :func:`ask_again`."""
    _, task = _given(session, key, by)
    _move(session, task, "withdrawn", by=by, session_id=session_id, reason=_reason(reason))
    session.flush()
    return task


def _own(session: Session, key: str, by: Officer) -> ExceptionTask:
    one = by_key(session, key)
    require_seen(session, by, one)
    task = task_of(session, one, locked=True)
    if task is None:
        raise NotAssigned
    if task.organisation != by.organisation:
        raise NotYourOffice(task.organisation)
    require(by, "exceptions.answer", matter_of(session, one, task))
    session.refresh(one)
    if one.cleared_at is not None:
        raise ExceptionOver
    return task


def _given(session: Session, key: str, by: Officer) -> tuple[Exceptional, ExceptionTask]:
    one = by_key(session, key)
    require_seen(session, by, one)
    require(by, "exceptions.assign", matter_of(session, one))
    task = task_of(session, one, locked=True)
    if task is None:
        raise NotAssigned
    return one, task


def _move(
    session: Session,
    task: ExceptionTask,
    to: str,
    *,
    by: Officer,
    session_id: str,
    reason: str,
    outcome: str = "",
) -> None:
    before = task.state
    event = event_for(task.__tablename__, task.key, before, to)
    session.execute(
        update(ExceptionTask).where(ExceptionTask.id == task.id, ExceptionTask.state == before)
        .values(state=to).execution_options(synchronize_session=False)
    )  # fmt: skip
    session.refresh(task)
    details: dict[str, object] = {"exception": task.key, "organisation": task.organisation}
    if outcome:
        details["outcome"] = outcome
    record(
        session,
        event,
        by=by.actor(session_id),
        on=("exception_tasks", task.id),
        before=before,
        after=to,
        reason=reason,
        details=details,
    )
    session.flush()


def _reason(reason: str) -> str:
    said = reason.strip()
    if not said:
        raise ReasonMissing
    return said[:CHARS_MAX]


def _is_county(officer: Officer) -> bool:
    return any(not scope.division for scope in allowing(officer, "exceptions.read"))
