"""The daily look at deadlines: who is reminded, and what goes to the office above.

Each is done once for a task, whatever is repeated: the day's job is one row, and a task that was
reminded or escalated carries the instant.
"""

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.record import record
from service.batches.exceptions.models import ExceptionAssignment, ExceptionTask
from service.batches.exceptions.rules import rules_now
from service.batches.findings.models import BatchFinding
from service.batches.models import PaymentHold
from service.foundation import clock
from service.foundation.jobs import enqueue, job
from service.officers.models import Officer, Organisation

KIND = "batches.look_at_deadlines"


@job(KIND, attempts_max=5)
def look_at_deadlines(session: Session, **_day: str) -> None:
    """Remind and escalate what is due today; the day in the job's key only makes it one a day."""
    remind(session)
    escalate(session)


def ask_for_daily_look(session: Session) -> None:
    """Ask for today's look; asking again the same day asks for nothing."""
    enqueue(session, KIND, str(clock.today()), day=clock.today())


def stands() -> ColumnElement[bool]:
    """Select the tasks whose exception has not ended."""
    return or_(
        *(
            select(kind.id)
            .where(kind.id == of_task, kind.cleared_at.is_(None))
            .correlate(ExceptionTask)
            .exists()
            for kind, of_task in (
                (PaymentHold, ExceptionTask.hold_id),
                (BatchFinding, ExceptionTask.finding_id),
            )
        )
    )


def remind(session: Session) -> int:
    """Mark the tasks whose reminder is due as reminded; return how many."""
    today = clock.today()
    due = and_(
        ExceptionTask.state == "given",
        ExceptionTask.remind_on <= today,
        ExceptionTask.due_on >= today,
        ExceptionTask.reminded_at.is_(None),
        stands(),
    )
    reminded = 0
    for organisation in _offices(session, due):
        count = _mark(session, and_(due, ExceptionTask.organisation == organisation), reminded=True)
        if count:
            record(
                session, "exception.reminded", by=SYSTEM, on=("organisations", organisation),
                details={"count": count},
            )  # fmt: skip
        reminded += count
    return reminded


def escalate(session: Session) -> int:
    """Tell the offices above of what nobody answered in time; return how many tasks."""
    late = and_(
        ExceptionTask.state == "given",
        ExceptionTask.due_on < clock.today(),
        ExceptionTask.escalated_at.is_(None),
        stands(),
    )
    told = 0
    for organisation in _offices(session, late):
        above = superior_of(session, organisation)
        of_office = and_(late, ExceptionTask.organisation == organisation)
        givers = [above] if above else _givers(session, of_office)
        for giver in givers:
            which = of_office
            if not above:
                which = and_(
                    of_office,
                    ExceptionTask.assignment.in_(
                        select(ExceptionAssignment.number)
                        .join(Officer, Officer.id == ExceptionAssignment.given_by)
                        .where(Officer.organisation == giver)
                    ),
                )
            count = _mark(session, which, escalated_to=giver)
            if count:
                record(
                    session, "exception.escalated", by=SYSTEM, on=("organisations", organisation),
                    details={"count": count, "to": giver},
                )  # fmt: skip
            told += count
    return told


def superior_of(session: Session, organisation: str) -> str:
    """Return the office that hears of what this one did not do; empty for none but who gave it."""
    office = session.get_one(Organisation, organisation)
    for kind in rules_now().superior[office.kind]:
        above = session.scalars(
            select(Organisation).where(Organisation.kind == kind).order_by(Organisation.name)
        )
        for one in above:
            contains = office.division[: len(one.division)] == one.division
            if one.name != organisation and (contains or kind not in ("township", "village")):
                return one.name
    return ""


def _offices(session: Session, which: ColumnElement[bool]) -> list[str]:
    query = select(ExceptionTask.organisation).where(which).distinct()
    return list(session.scalars(query.order_by(ExceptionTask.organisation)))


def _givers(session: Session, which: ColumnElement[bool]) -> list[str]:
    query = (
        select(Officer.organisation)
        .join(ExceptionAssignment, ExceptionAssignment.given_by == Officer.id)
        .join(ExceptionTask, ExceptionTask.assignment == ExceptionAssignment.number)
        .where(which)
        .distinct()
    )
    return list(session.scalars(query.order_by(Officer.organisation)))


def _mark(
    session: Session, which: ColumnElement[bool], *, reminded: bool = False, escalated_to: str = ""
) -> int:
    now = clock.now()
    values = (
        {"reminded_at": now} if reminded else {"escalated_at": now, "escalated_to": escalated_to}
    )
    marked = session.scalars(
        update(ExceptionTask)
        .where(which)
        .values(**values)
        .returning(ExceptionTask.id)
        .execution_options(synchronize_session=False)
    ).all()
    return len(marked)
