"""Many exceptions at once for programs: preview, then exactly that; and how far each office is."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from service.batches.exceptions import decided
from service.batches.exceptions import progress as progressing
from service.batches.exceptions.asked import Name, Selection, wanted_by
from service.batches.exceptions.assign import EACH, To, assign, preview_assign
from service.batches.exceptions.clear import clear, preview_clear
from service.batches.exceptions.rules import DAYS_MAX
from service.batches.exceptions.told_many import (
    AssignmentOut,
    AssignmentsOut,
    AssignShown,
    ClearShown,
    DecisionOut,
    ProgressOut,
    assignment_out,
    common_out,
    decision_out,
    share_out,
)
from service.batches.pages import session_id
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.once import IdempotencyKey, once
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/exceptions", tags=["exceptions"])
Mark = Annotated[str, Field(max_length=64, description="The preview's mark.")]
Reason = Annotated[str, Field(max_length=500)]


class Clear(Selection):
    """Clear what a preview of the same selection showed, for one reason."""

    mark: Mark
    reason: Reason


class ToOffice(Selection):
    """Give exceptions to an office, or each to the township or village it lies in."""

    to: Name = Field(examples=[EACH[0]], min_length=1)
    days: int = Field(default=0, ge=0, le=DAYS_MAX, description="Working days; 0 for the rule's.")


class Assign(ToOffice):
    """Give what a preview of the same selection showed."""

    mark: Mark
    reason: Reason


@router.post("/clear/preview")
def preview_clearing(session: Transaction, officer: SignedInOfficer, body: Selection) -> ClearShown:
    """Say exactly what clearing would do."""
    require(officer, "batches.resolve")
    shown = preview_clear(session, wanted_by(session, body, officer), by=officer)
    return ClearShown(
        **common_out(shown),
        freed=share_out(shown.freed),
        controls=[share_out(one) for one in shown.controls],
    )


@router.post("/clear")
def clear_exceptions(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    body: Clear,
    idempotency_key: IdempotencyKey = "",
) -> DecisionOut:
    """Clear what the preview showed, all of it or nothing. Problem: ``selection_changed``."""
    require(officer, "batches.resolve")

    def do() -> DecisionOut:
        made = clear(
            session, wanted_by(session, body, officer), mark=body.mark, reason=body.reason,
            by=officer, session_id=session_id(request),
        )  # fmt: skip
        return decision_out(made)

    return once(
        session, request, body, do, caller=officer.id, key=idempotency_key, kind=DecisionOut
    )


@router.post("/assign/preview")
def preview_assigning(
    session: Transaction, officer: SignedInOfficer, body: ToOffice
) -> AssignShown:
    """Say exactly what giving them to an office would do."""
    require(officer, "exceptions.assign")
    wanted = wanted_by(session, body, officer)
    shown = preview_assign(session, wanted, To(body.to, body.days), by=officer)
    return AssignShown(
        **common_out(shown),
        offices=[share_out(one) for one in shown.offices],
        taken=shown.taken,
        first_due_on=shown.first_due_on,
        last_due_on=shown.last_due_on,
    )


@router.post("/assign")
def assign_exceptions(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    body: Assign,
    idempotency_key: IdempotencyKey = "",
) -> AssignmentsOut:
    """Give what the preview showed. Problems: ``selection_changed``, ``office_unknown``."""
    require(officer, "exceptions.assign")

    def do() -> AssignmentsOut:
        made = assign(
            session, wanted_by(session, body, officer), To(body.to, body.days), mark=body.mark,
            note=body.reason, by=officer, session_id=session_id(request),
        )  # fmt: skip
        return AssignmentsOut(assignments=[assignment_out(one) for one in made])

    return once(
        session, request, body, do, caller=officer.id, key=idempotency_key, kind=AssignmentsOut
    )


@router.get("/progress")
def read_progress(
    session: Transaction,
    officer: SignedInOfficer,
    month: Annotated[str, Query(pattern=r"^([0-9]{4}-[0-9]{2})?$")] = "",
) -> list[ProgressOut]:
    """What each office that the officer may see was given, has done, and is late with."""
    require(officer, "exceptions.read")
    return [
        ProgressOut(
            office=one.organisation,
            given=one.given,
            done=one.done,
            done_basis_points=one.done_basis_points,
            overdue=one.overdue,
            returned=one.returned,
            oldest=one.oldest,
            last_due_on=one.last_due_on,
        )
        for one in progressing.progress(session, month=month, officer=officer)
    ]


@router.get("/assignments/{assignment_no}")
def readassignment_out(
    session: Transaction, officer: SignedInOfficer, assignment_no: str
) -> AssignmentOut:
    """One assignment to an office that the officer may see."""
    require(officer, "exceptions.read")
    return assignment_out(progressing.by_no(session, assignment_no, officer))


@router.get("/decisions/{decision_no}")
def readdecision_out(
    session: Transaction, officer: SignedInOfficer, decision_no: str
) -> DecisionOut:
    """One decision on many, for who made it or sees all that it cleared."""
    require(officer, "batches.read")
    return decision_out(decided.by_no(session, decision_no, officer))
