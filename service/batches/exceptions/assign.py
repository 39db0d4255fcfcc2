"""Give exceptions to offices with a day to answer by: to one office, or each to the place it lies in."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.exceptions import choose as chosen
from service.batches.exceptions.choose import CHOSEN, Share
from service.batches.exceptions.find import Wanted
from service.batches.exceptions.models import ExceptionAssignment
from service.batches.exceptions.problems import (
    DaysUnusable,
    NothingToDo,
    OfficeUnknown,
    SelectionChanged,
)
from service.batches.exceptions.rules import DAYS_MAX, Deadline, days_of, rules_now
from service.batches.release import ReasonMissing
from service.foundation import clock
from service.officers.may import may, require
from service.officers.models import Officer, Organisation

ACT = "exceptions.assign"
EACH = ("each:township", "each:village")
"""Instead of an office: every line to the township, or village, that it lies in."""

_TO_EACH = """
UPDATE chosen_exceptions c SET to_office = (
    SELECT o.name FROM organisations o
    WHERE o.kind = :kind AND left(c.division, length(o.division)) = o.division
    ORDER BY length(o.division) DESC, o.name LIMIT 1)
"""
_TAKE = """
UPDATE exception_tasks t SET state = 'withdrawn' FROM chosen_exceptions c
WHERE t.id = c.task_id AND c.refused IS NULL AND t.state = c.task_state
"""
_GIVE = """
INSERT INTO exception_tasks
    (state, hold_id, finding_id, assignment, organisation, due_on, remind_on)
SELECT 'given', CASE WHEN kind = 'h' THEN id END, CASE WHEN kind = 'f' THEN id END,
       :assignment, to_office, new_due_on, remind_on
FROM chosen_exceptions WHERE refused IS NULL AND to_office = :office ORDER BY kind, id
"""


@dataclass(frozen=True)
class To:
    """To whom and by when: an office's name or one of :data:`EACH`; ``days`` 0 takes the rule's."""

    office: str
    days: int = 0


@dataclass(frozen=True)
class AssignPreview:
    """What assigning would do; ``mark`` is repeated when it is confirmed."""

    mark: str
    total: Share
    offices: list[Share]
    taken: int
    """Of them: those that another office has now."""
    first_due_on: date | None
    last_due_on: date | None
    programmes: list[Share]
    townships: list[Share]
    refused: list[Share]


def preview_assign(session: Session, wanted: Wanted, to: To, *, by: Officer) -> AssignPreview:
    """Say exactly what assigning would do; changes nothing.

    Raises NotAllowed, :class:`OfficeUnknown`, :class:`DaysUnusable`.
    """
    require(by, ACT)
    _choose(session, wanted, to, by)
    total = chosen.shares(session, "''", refused=False)
    given = CHOSEN.c.refused.is_(None)
    taken, first, last = session.execute(
        select(
            func.count(CHOSEN.c.task_id),
            func.min(CHOSEN.c.new_due_on),
            func.max(CHOSEN.c.new_due_on),
        ).where(given)
    ).one()
    return AssignPreview(
        mark=chosen.mark_of(session, _act(to), by.id),
        total=total[0] if total else Share("", 0, 0, 0),
        offices=chosen.shares(session, "to_office", refused=False),
        taken=taken,
        first_due_on=first,
        last_due_on=last,
        programmes=chosen.shares(session, "programme", refused=False),
        townships=chosen.shares(session, "left(division, 9)", refused=False),
        refused=chosen.shares(session, "refused", refused=True),
    )


def assign(
    session: Session,
    wanted: Wanted,
    to: To,
    *,
    mark: str,
    note: str,
    by: Officer,
    session_id: str = "",
) -> list[ExceptionAssignment]:
    """Give what a preview showed, one assignment an office; what another office had is taken from it.

    Raises NotAllowed, ReasonMissing without a note, :class:`SelectionChanged`, :class:`NothingToDo`
    and what :func:`preview_assign` raises.
    """
    require(by, ACT)
    if not note.strip():
        raise ReasonMissing
    chosen.lock(session, wanted, by)
    _choose(session, wanted, to, by)
    if mark != chosen.mark_of(session, _act(to), by.id):
        raise SelectionChanged
    offices = chosen.shares(session, "to_office", refused=False)
    if not offices:
        raise NothingToDo
    _take(session, note.strip(), by=by, session_id=session_id)
    return [_give(session, one, note.strip(), by=by, session_id=session_id) for one in offices]


def answering(session: Session, organisation: str) -> list[Officer]:
    """Return the officers of an office who could answer today, by user name."""
    found = session.scalars(
        select(Officer)
        .where(Officer.organisation == organisation, Officer.active)
        .order_by(Officer.username)
    )
    return [one for one in found if may(one, "exceptions.answer")]


def _choose(session: Session, wanted: Wanted, to: To, by: Officer) -> None:
    if not 0 <= to.days <= DAYS_MAX:
        raise DaysUnusable(DAYS_MAX)
    chosen.choose(session, wanted, by)
    chosen.refuse_out_of_reach(session, by, ACT)
    if to.office in EACH:
        session.execute(text(_TO_EACH), {"kind": to.office.removeprefix("each:")})
        chosen.refuse(session, CHOSEN.c.to_office.is_(None), "no_office")
    else:
        _to_one(session, to.office)
    chosen.refuse(
        session,
        (CHOSEN.c.task_state == "given") & (CHOSEN.c.organisation == CHOSEN.c.to_office),
        "there_already",
    )
    offices = session.scalars(
        select(CHOSEN.c.to_office).where(CHOSEN.c.refused.is_(None)).distinct()
    )
    for office in offices.all():
        if not answering(session, office):
            chosen.refuse(session, CHOSEN.c.to_office == office, "nobody_there")
    _date(session, to.days)


def _to_one(session: Session, name: str) -> None:
    office = session.get(Organisation, name)
    if office is None:
        raise OfficeUnknown(name)
    session.execute(update(CHOSEN).values(to_office=name))
    if office.kind in ("township", "village"):
        lies_there = func.left(CHOSEN.c.division, len(office.division)) == office.division
        elsewhere = (CHOSEN.c.kind == "h") & func.coalesce(lies_there, False).is_(False)
        chosen.refuse(session, elsewhere, "lies_elsewhere")


def _date(session: Session, days: int) -> None:
    """Give every control its days: the rule's, or those said by hand."""
    rules, today = rules_now(), clock.today()
    for control in session.scalars(select(CHOSEN.c.control).distinct()).all():
        rule = rules.of(control)
        deadline = Deadline(days, min(rule.remind_before, days - 1)) if days else rule
        due_on, remind_on = days_of(deadline, asked_on=today)
        session.execute(
            update(CHOSEN)
            .where(CHOSEN.c.control == control)
            .values(new_due_on=due_on, remind_on=remind_on)
        )


def _take(session: Session, note: str, *, by: Officer, session_id: str) -> None:
    before = session.execute(
        select(CHOSEN.c.organisation, CHOSEN.c.task_state, func.count())
        .where(CHOSEN.c.refused.is_(None), CHOSEN.c.task_id.is_not(None))
        .group_by(CHOSEN.c.organisation, CHOSEN.c.task_state)
        .order_by(CHOSEN.c.organisation, CHOSEN.c.task_state)
    ).all()
    if not before:
        return
    taken = session.execute(text(_TAKE)).rowcount  # type: ignore[attr-defined]
    if taken != sum(row[2] for row in before):
        raise SelectionChanged
    for organisation, state, count in before:
        record(
            session,
            "exception.withdrawn",
            by=by.actor(session_id),
            on=("organisations", organisation),
            before=state,
            after="withdrawn",
            reason=note,
            details={"count": count},
        )


def _give(
    session: Session, office: Share, note: str, *, by: Officer, session_id: str
) -> ExceptionAssignment:
    made = ExceptionAssignment(
        organisation=office.name,
        given_by=by.id,
        given_at=clock.now(),
        note=note,
        answerable=[str(one.id) for one in answering(session, office.name)],
        count=office.count,
        amount_fen=office.amount_fen,
        digest=chosen.digest_of_keys(session, CHOSEN.c.to_office == office.name),
    )
    session.add(made)
    session.flush()
    session.execute(text(_GIVE), {"assignment": made.number, "office": office.name})
    record(
        session,
        "exception.assigned",
        by=by.actor(session_id),
        on=("exception_assignments", made.number),
        after="given",
        reason=note,
        details={
            "organisation": office.name,
            "count": office.count,
            "amount_fen": office.amount_fen,
            "exceptions_digest": made.digest,
        },
    )
    return made


def _act(to: To) -> str:
    return f"{ACT}:{to.days}:{to.office}"
