"""What programs are told about exceptions."""

from datetime import date, datetime

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.api import Strict
from service.batches.exceptions import words
from service.batches.exceptions.answer import by_key, require_seen, task_of
from service.batches.exceptions.find import Found
from service.batches.exceptions.models import ExceptionAnswer, ExceptionAssignment
from service.batches.findings.words import evidence as evidence_pairs
from service.batches.history import officer_names
from service.foundation import clock
from service.foundation.ids import reference_of
from service.officers.models import Officer
from service.web.filters import masked_name


class ExceptionOut(Strict):
    """One exception; ``amount_fen`` is the line's, or of all that a finding is about."""

    key: str = Field(examples=["h12"])
    control: str
    severity: str
    found_at: datetime
    batch_no: str
    month: str
    programme: str
    division: str = Field(description="Of the line; empty for a finding on a whole list.")
    line: str = Field(description="The line's reference; empty for a finding on a whole list.")
    payee: str = Field(description="Masked.")
    lines: int
    amount_fen: int
    state: str = Field(description="unassigned, given, answered or returned.")
    office: str
    due_on: date | None
    overdue: bool


class TotalsOut(Strict):
    """What everything that was asked for comes to; a line held twice counts its money once."""

    exceptions: int
    stop: int
    unassigned: int
    answered: int
    overdue: int
    lines: int
    amount_fen: int


class ExceptionPage(Strict):
    """One page, the gravest and oldest first."""

    exceptions: list[ExceptionOut]
    totals: TotalsOut
    next: str = Field(description="Send this back as `after` for the next page; empty at the end.")


class OfficeAnswerOut(Strict):
    """What an office found; the newest comes first."""

    outcome: str
    said: str
    evidence: str
    answered_by: str
    answered_at: datetime


class ExceptionDetail(Strict):
    """One exception, open or not, with its task; sentences are in the caller's language."""

    key: str
    control: str
    sentence: str
    ends: str = Field(description="Who ends it, and how.")
    evidence: dict[str, str]
    found_at: datetime
    ended_at: datetime | None
    state: str = Field(description="unassigned, given, answered or returned.")
    office: str
    assignment_no: str
    due_on: date | None
    answers: list[OfficeAnswerOut]


def out(one: Found) -> ExceptionOut:
    """Return one row of the list."""
    return ExceptionOut(
        key=one.key,
        control=one.control,
        severity=one.severity,
        found_at=one.found_at,
        batch_no=one.batch_no,
        month=one.month,
        programme=one.programme,
        division=one.division or "",
        line=reference_of(one.payment_id) if one.payment_id else "",
        payee=masked_name(one.payee_name) if one.payee_name else "",
        lines=one.lines,
        amount_fen=one.amount_fen,
        state=one.task_state or "unassigned",
        office=one.organisation or "",
        due_on=one.due_on,
        overdue=one.is_overdue(clock.today()),
    )


def detail(session: Session, officer: Officer, key: str) -> ExceptionDetail:
    """Return one exception as every route about it answers; raises NotFound."""
    one = by_key(session, key)
    require_seen(session, officer, one)
    task = task_of(session, one)
    answers = session.scalars(
        select(ExceptionAnswer)
        .where(ExceptionAnswer.task_id == (task.id if task else 0))
        .order_by(ExceptionAnswer.id.desc())
    ).all()
    who = officer_names(session, {made.answered_by for made in answers})
    letter = session.get(ExceptionAssignment, task.assignment) if task else None
    return ExceptionDetail(
        key=key,
        control=one.control,
        sentence=words.sentence(one.control),
        ends=words.ends(one.control),
        evidence=dict(evidence_pairs(one.evidence)),
        found_at=one.found_at,
        ended_at=one.cleared_at,
        state=task.state if task else "unassigned",
        office=task.organisation if task else "",
        assignment_no=letter.assignment_no if letter else "",
        due_on=task.due_on if task else None,
        answers=[
            OfficeAnswerOut(
                outcome=made.outcome,
                said=made.said,
                evidence=made.evidence,
                answered_by=who.get(str(made.answered_by), ""),
                answered_at=made.answered_at,
            )
            for made in answers
        ],
    )
