"""The evidence of one line in the browser: what is in a pack, and the pack itself, masked or whole by right."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches import queries
from service.batches.about import about_line, require_seen
from service.batches.models import Batch, Payment
from service.batches.pages import session_id
from service.evidence.archive.write import Archive
from service.evidence.make import make_of_payment
from service.evidence.payment.subject import subject_of
from service.foundation.problems import NotFound
from service.officers.may import NotAllowed, require
from service.officers.models import Officer
from service.officers.reach import reaches
from service.officers.signed_in import SignedInOfficer
from service.residents.record.revealing import REASON_MAX, RevealReasonMissing
from service.web.here import visit
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault

router = APIRouter()
ACT = "evidence.pack"


@router.get("/batches/{batch_no}/lines/{reference}/evidence")
def show_evidence(
    session: Transaction, officer: SignedInOfficer, batch_no: str, reference: str
) -> Response:
    """What a line's pack holds, and how it is taken."""
    batch, payment = line_for_pack(session, officer, batch_no, reference)
    return _page(officer, batch, payment)


@router.get("/batches/{batch_no}/lines/{reference}/evidence.zip")
def give_evidence(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str, reference: str
) -> Response:
    """A line's pack with name and account masked; each taking is recorded."""
    _, payment = line_for_pack(session, officer, batch_no, reference)
    about = subject_of(session, payment.reference, whole=False)
    return given(
        payment.reference,
        make_of_payment(session, about, by=officer.actor(session_id(request))),
    )


@router.post("/batches/{batch_no}/lines/{reference}/evidence.zip")
def give_whole_evidence(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    reference: str,
    reason: Annotated[str, Form(max_length=REASON_MAX)] = "",
) -> Response:
    """A line's pack written out, for who may see the resident whole there and says what for."""
    batch, payment = line_for_pack(session, officer, batch_no, reference)
    if not reaches(officer, "residents.reveal", payment.division):
        raise NotFound("line")
    about = subject_of(session, payment.reference, whole=True)
    by = officer.actor(session_id(request))
    try:
        made = make_of_payment(session, about, by=by, reason=reason)
    except RevealReasonMissing as problem:
        fault = Fault(problem.say(visit().language), field="reason")
        return _page(officer, batch, payment, [fault], reason)
    return given(payment.reference, made)


def given(reference: str, made: Archive) -> Response:
    """Return a line's pack as a download."""
    name = f'attachment; filename="evidence-{reference}.zip"'
    return Response(
        made.content, media_type="application/zip", headers={"content-disposition": name}
    )


def _page(
    officer: Officer,
    batch: Batch,
    payment: Payment,
    faults: list[Fault] | None = None,
    reason: str = "",
) -> Response:
    return page(
        "evidence/line.html",
        status=422 if faults else 200,
        batch=batch,
        payment=payment,
        may_whole=reaches(officer, "residents.reveal", payment.division),
        faults=faults or [],
        reason=reason,
        reason_max=REASON_MAX,
    )


def line_for_pack(
    session: Session, officer: Officer, batch_no: str, reference: str
) -> tuple[Batch, Payment]:
    """Return the line if it is the officer's to see; raises NotFound for everybody else."""
    try:
        require(officer, ACT)
        batch = queries.by_no(session, batch_no)
        require_seen(session, officer, batch, ACT)
        payment = queries.by_reference(session, batch, reference)
        require(officer, ACT, about_line(session, payment))
    except NotAllowed:
        raise NotFound("line") from None
    return batch, payment
