"""Progress: what each office was given, what it has done, what is late, and who answers for it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from service.batches.exceptions.assign import answering
from service.batches.exceptions.models import ExceptionAssignment, ExceptionTask
from service.batches.exceptions.remind import stands
from service.batches.findings.models import BatchFinding
from service.batches.models import Batch, Payment, PaymentHold
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.models import Officer, Organisation
from service.officers.reach import in_place, places


@dataclass(frozen=True)
class Progress:
    """How one office, or one assignment, has come on."""

    organisation: str
    given: int
    done: int
    """Answered, or ended meanwhile."""
    overdue: int
    returned: int
    oldest: datetime | None
    """Since when the oldest that is not done was given."""
    last_due_on: date | None

    @property
    def open(self) -> int:
        return self.given - self.done

    @property
    def done_basis_points(self) -> int:
        """Return the share that is done, in hundredths of a percent, rounded down."""
        return 10_000 * self.done // self.given if self.given else 0


def progress(
    session: Session,
    *,
    month: str = "",
    officer: Officer | None = None,
    assignment: int | None = None,
) -> list[Progress]:
    """Return every office's progress, the one with most overdue first.

    Of a month's batches only, of one assignment only, or only the offices that an officer may see.
    """
    waits = and_(ExceptionTask.state == "given", stands())
    is_open = and_(ExceptionTask.state != "answered", stands())
    late = and_(waits, ExceptionTask.due_on < clock.today())
    task_open = case((is_open, ExceptionAssignment.given_at), else_=None)
    overdue = func.count().filter(late)
    query = (
        select(
            ExceptionTask.organisation,
            func.count(),
            func.count().filter(~is_open),
            overdue,
            func.count().filter(and_(ExceptionTask.state == "returned", stands())),
            func.min(task_open),
            func.max(ExceptionTask.due_on),
        )
        .join(ExceptionAssignment, ExceptionAssignment.number == ExceptionTask.assignment)
        .join(Organisation, Organisation.name == ExceptionTask.organisation)
        .where(ExceptionTask.state != "withdrawn", offices_seen_by(officer) if officer else true())
        .group_by(ExceptionTask.organisation)
        .order_by(overdue.desc(), ExceptionTask.organisation)
    )
    if assignment is not None:
        query = query.where(ExceptionTask.assignment == assignment)
    if month:
        query = query.where(_of_month(month))
    return [Progress(*row) for row in session.execute(query)]


def offices_seen_by(officer: Officer) -> ColumnElement[bool]:
    """Select the offices an officer may read about: the own one, and those within the own places."""
    within = [
        in_place(place, Organisation.division) for place in places(officer, "exceptions.read")
    ]
    return or_(Organisation.name == officer.organisation, *within)


def by_no(session: Session, assignment_no: str, officer: Officer) -> ExceptionAssignment:
    """Return an assignment by what people call it; raises NotFound."""
    digits = assignment_no[1:]
    if assignment_no[:1] == "T" and digits.isascii() and digits.isdecimal() and len(digits) < 16:
        found = session.scalars(
            select(ExceptionAssignment)
            .join(Organisation, Organisation.name == ExceptionAssignment.organisation)
            .where(ExceptionAssignment.number == int(digits), offices_seen_by(officer))
        ).first()
        if found is not None:
            return found
    raise NotFound("assignment")


def assignments_of(
    session: Session, *, officer: Officer, organisation: str = "", limit: int = 100
) -> list[ExceptionAssignment]:
    """Return assignments, the newest first, to one office or to all that the officer may see."""
    query = (
        select(ExceptionAssignment)
        .join(Organisation, Organisation.name == ExceptionAssignment.organisation)
        .where(offices_seen_by(officer))
    )
    if organisation:
        query = query.where(ExceptionAssignment.organisation == organisation)
    return list(session.scalars(query.order_by(ExceptionAssignment.number.desc()).limit(limit)))


@dataclass(frozen=True)
class OfControl:
    """One row of a printed assignment: a control, how many, by when, how many are done."""

    control: str
    given: int
    done: int
    due_on: date


def by_control(session: Session, assignment: ExceptionAssignment) -> list[OfControl]:
    """Return what an assignment holds, by control; what was taken away again is left out."""
    control = func.coalesce(PaymentHold.control, BatchFinding.control)
    is_open = and_(ExceptionTask.state != "answered", stands())
    rows = session.execute(
        select(control, func.count(), func.count().filter(~is_open), func.max(ExceptionTask.due_on))
        .select_from(ExceptionTask)
        .outerjoin(PaymentHold, PaymentHold.id == ExceptionTask.hold_id)
        .outerjoin(BatchFinding, BatchFinding.id == ExceptionTask.finding_id)
        .where(ExceptionTask.assignment == assignment.number, ExceptionTask.state != "withdrawn")
        .group_by(control)
        .order_by(control)
    )
    return [OfControl(*row) for row in rows]


def months_of(session: Session, assignment: ExceptionAssignment) -> list[str]:
    """Return the months whose lists an assignment is about, in order."""
    return list(
        session.scalars(
            select(Batch.month)
            .distinct()
            .select_from(ExceptionTask)
            .outerjoin(PaymentHold, PaymentHold.id == ExceptionTask.hold_id)
            .outerjoin(Payment, Payment.id == PaymentHold.payment_id)
            .outerjoin(BatchFinding, BatchFinding.id == ExceptionTask.finding_id)
            .join(Batch, Batch.id == func.coalesce(Payment.batch_id, BatchFinding.batch_id))
            .where(ExceptionTask.assignment == assignment.number)
            .order_by(Batch.month)
        )
    )


def who_answers(session: Session, organisation: str) -> str:
    """Return the names of an office's officers who answer today."""
    return "、".join(one.name for one in answering(session, organisation))


def _of_month(month: str) -> ColumnElement[bool]:
    held = (
        select(PaymentHold.id)
        .join(Payment, Payment.id == PaymentHold.payment_id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Batch.month == month)
    )
    found = (
        select(BatchFinding.id)
        .join(Batch, Batch.id == BatchFinding.batch_id)
        .where(Batch.month == month)
    )
    return or_(ExceptionTask.hold_id.in_(held), ExceptionTask.finding_id.in_(found))
