"""The timelines for an auditor's own programs."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.audit.readers import require_reader
from service.batches.pages import session_id
from service.officers.signed_in import SignedInOfficer
from service.oversight.timeline import scope as scopes
from service.oversight.timeline.gather import Timeline, gather
from service.oversight.timeline.pages import as_uuid
from service.oversight.timeline.scope import Scope
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/audit", tags=["audit"])
PersonId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class HappeningSaid(BaseModel):
    """One thing that happened; `index` is the place of its entry in the trail."""

    model_config = ConfigDict(from_attributes=True)
    at: datetime
    step: str = Field(examples=["approval"])
    what: str
    who: str
    note: str
    href: str = Field(description="Where its own page is; empty where it has none.")
    act: str = Field(examples=["batch.step_approved"])
    index: int | None = Field(
        description="None where the trail has no entry of its own for it, or none signed yet."
    )


class TimelineSaid(BaseModel):
    """Everything about a payment, a resident's month, a list or a bank file, first to last."""

    kind: str = Field(examples=["payment"])
    name: str
    payments: list[str] = Field(description="References, first to last where one replaces another.")
    batches: list[str]
    files: list[str]
    happenings: list[HappeningSaid]


@router.get("/payments/{reference}/timeline")
def payment_timeline(
    request: Request, session: Transaction, officer: SignedInOfficer, reference: str
) -> TimelineSaid:
    """Follow a payment from the law to the card. Problems: ``not_found``."""
    require_reader()
    return _answer(request, session, officer, scopes.of_payment(session, reference))


@router.get("/persons/{person_id}/{month}/timeline")
def person_timeline(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person_id: PersonId,
    month: str,
) -> TimelineSaid:
    """Follow what a resident was to receive in a month. Problems: ``not_found``, ``bad_month``."""
    require_reader()
    return _answer(request, session, officer, scopes.of_person(session, person_id, month))


@router.get("/batches/{batch_no}/timeline")
def batch_timeline(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str
) -> TimelineSaid:
    """Follow a list. Problems: ``not_found``."""
    require_reader()
    return _answer(request, session, officer, scopes.of_batch(session, batch_no))


@router.get("/files/{file_id}/timeline")
def file_timeline(
    request: Request, session: Transaction, officer: SignedInOfficer, file_id: str
) -> TimelineSaid:
    """Follow a bank file. Problems: ``not_found``."""
    require_reader()
    return _answer(request, session, officer, scopes.of_file(session, as_uuid(file_id)))


def said_of(timeline: Timeline) -> TimelineSaid:
    """Return a timeline as a program reads it."""
    scope = timeline.scope
    return TimelineSaid(
        kind=scope.kind,
        name=scope.name,
        payments=[one.reference for one in scope.payments],
        batches=[one.batch_no for one in scope.batches],
        files=[one.file_name for one in scope.files],
        happenings=[HappeningSaid.model_validate(one) for one in timeline.happenings],
    )


def _answer(
    request: Request, session: Session, officer: SignedInOfficer, scope: Scope
) -> TimelineSaid:
    return said_of(gather(session, scope, by=officer.actor(session_id(request))))
