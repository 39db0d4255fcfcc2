"""The page on which a batch is decided: submit, approve, return and sign, each by its own officer."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from pydantic import Base64Bytes, BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.approvals.conflicts import alarm
from service.approvals.decide import approve, send_back
from service.approvals.problems import ConflictOfInterest
from service.approvals.recall import recall
from service.batches import queries
from service.batches.about import require_seen
from service.batches.models import Batch
from service.batches.pages import session_id
from service.batches.release import ReasonMissing
from service.batches.seen import require_unchanged
from service.foundation import clock
from service.foundation.problems import Problem
from service.notices.submit import submit_and_post
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.signing.decide_view import decide_page
from service.signing.sign import sign
from service.signing.software import sign_with_software_key
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()
Seen = Annotated[str, Form(max_length=64)]
REASON_MAX = 500


class PasskeyAnswer(BaseModel):
    """What the page's script puts into the form; everything but the ids is base64."""

    seen: str = Field("", max_length=64)
    key_id: UUID
    nonce: str = Field(pattern="^[0-9a-f]{64}$")
    client_data_json: Base64Bytes = Field(max_length=4_096)
    authenticator_data: Base64Bytes = Field(max_length=4_096)
    signature: Base64Bytes = Field(max_length=512)


@router.get("/batches/{batch_no}/decide")
def show_sheet(session: Transaction, officer: SignedInOfficer, batch_no: str) -> Response:
    """The sheet, with the buttons that state and duty allow."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    return _sheet(session, batch, officer)


@router.post("/batches/{batch_no}/submit")
def submit_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    seen: Seen = "",
) -> Response:
    """The maker freezes the list and posts its notice."""
    require(officer, "batches.submit")

    def do(batch: Batch) -> None:
        submit_and_post(
            session, batch, by=officer, on=clock.today(), session_id=session_id(request)
        )

    return _decide(request, session, officer, batch_no, seen, do)


@router.post("/batches/{batch_no}/approve")
def approve_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    seen: Seen = "",
) -> Response:
    """The reviewer commits the programme's money."""
    require(officer, "approvals.decide")

    def do(batch: Batch) -> None:
        approve(session, batch, by=officer, on=clock.today(), session_id=session_id(request))

    return _decide(request, session, officer, batch_no, seen, do)


@router.post("/batches/{batch_no}/return")
def return_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    seen: Seen = "",
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
    to_step: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """Whoever decides next sends it back, to its maker or to an earlier step."""
    require(officer, "batches.read")

    def do(batch: Batch) -> None:
        send_back(
            session,
            batch,
            by=officer,
            reason=reason,
            on=clock.today(),
            session_id=session_id(request),
            to_step=to_step,
        )

    return _decide(request, session, officer, batch_no, seen, do, reason)


@router.post("/batches/{batch_no}/recall")
def recall_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    seen: Seen = "",
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """The maker, or whoever acted last, calls it back before it is on its way."""
    require(officer, "batches.read")

    def do(batch: Batch) -> None:
        recall(
            session,
            batch,
            by=officer,
            reason=reason,
            on=clock.today(),
            session_id=session_id(request),
        )

    return _decide(request, session, officer, batch_no, seen, do, reason)


@router.post("/batches/{batch_no}/sign")
def sign_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    seen: Seen = "",
) -> Response:
    """The signer signs the manifest with the demo's software key; refused in production."""
    require(officer, "signing.sign")

    def do(batch: Batch) -> None:
        sign_with_software_key(session, batch, by=officer, session_id=session_id(request))

    return _decide(request, session, officer, batch_no, seen, do)


@router.post("/batches/{batch_no}/sign-with-passkey")
def sign_batch_with_passkey(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    answer: Annotated[PasskeyAnswer, Form()],
) -> Response:
    """The signer's device has answered the challenge; its answer came with the form."""
    require(officer, "signing.sign")

    def do(batch: Batch) -> None:
        sign(
            session,
            batch,
            by=officer,
            key_id=answer.key_id,
            signature=answer.signature,
            nonce=bytes.fromhex(answer.nonce),
            evidence={
                "client_data_json": answer.client_data_json,
                "authenticator_data": answer.authenticator_data,
            },
            session_id=session_id(request),
        )

    return _decide(request, session, officer, batch_no, answer.seen, do)


def _decide(
    request: Request,
    session: Session,
    officer: Officer,
    batch_no: str,
    seen: str,
    do: Callable[[Batch], None],
    reason: str = "",
) -> Response:
    """Do an act under the batch's lock, or show the sheet again with what hinders it."""
    batch = queries.locked_by_no(session, batch_no)
    require_seen(session, officer, batch)
    try:
        # What a refused act has done already is undone, while the page is still drawn here.
        with session.begin_nested():
            require_unchanged(session, batch, seen)
            do(batch)
    except Problem as problem:
        session.refresh(batch)
        if isinstance(problem, ConflictOfInterest):
            alarm(session, batch, officer, session_id(request))
        return _sheet(session, batch, officer, problem, reason)
    return RedirectResponse(f"/batches/{batch.batch_no}", status_code=303)


def _sheet(
    session: Session,
    batch: Batch,
    officer: Officer,
    problem: Problem | None = None,
    reason: str = "",
) -> Response:
    wrong_reason = isinstance(problem, ReasonMissing)
    faults = []
    if problem is not None:
        said = problem.say(visit().language)
        faults = [Fault(said, field="reason" if wrong_reason else "")]
    return page(
        "signing/decide.html",
        status=problem.status if problem else 200,
        view=decide_page(session, batch, officer),
        faults=faults,
        reason=reason,
        reason_error=faults[0].sentence if wrong_reason else "",
        reason_max=REASON_MAX,
    )
