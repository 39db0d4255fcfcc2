"""The pages' part of files that clerks carry: say what became of one, confirm it, lay it out again."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Request, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.audit.moves import IllegalMove
from service.audit.record import record
from service.batches.release import ReasonMissing
from service.dispatch import queries as dispatch_queries
from service.dispatch.about import about_file
from service.dispatch.by_hand import decide, queries
from service.dispatch.by_hand.about import about_delivery, one_delivery
from service.dispatch.by_hand.problems import (
    AlreadyAnswered,
    AnotherConfirms,
    AskedAlready,
    FolderSilent,
    HourUnusable,
    NotCarried,
    ProofBroken,
    ProofUnusable,
    ReceiptUnusable,
)
from service.dispatch.by_hand.say import Evidence, say_delivered, say_not_delivered
from service.dispatch.file_page import file_page
from service.dispatch.recall.problems import RecallPending
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.limits import accept_uploads
from service.web.transactions import Transaction, opener

router = APIRouter()
Text = Annotated[str, Form(max_length=1024)]
UPLOAD = accept_uploads("/dispatch/delivered")
_REFUSALS = (
    AlreadyAnswered,
    AnotherConfirms,
    AskedAlready,
    FolderSilent,
    HourUnusable,
    IllegalMove,
    NotCarried,
    ProofBroken,
    ProofUnusable,
    ReasonMissing,
    ReceiptUnusable,
    RecallPending,
)


@router.post(UPLOAD + "/{file_id}")
def delivered(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    proof: UploadFile | None = None,
    receipt_no: Text = "",
    receipt_at: Text = "",
    remark: Text = "",
) -> Response:
    """Say that a clerk gave a file to the bank: the receipt's number and hour, and its scan."""
    require(officer, "dispatch.send", about_file(session, file_id))
    evidence = Evidence(
        receipt_no,
        instant(receipt_at),
        (proof.filename or "") if proof else "",
        proof.file.read() if proof else b"",
    )

    def say(deciding: Session, by: Officer) -> None:
        file = dispatch_queries.locked(deciding, file_id)
        say_delivered(deciding, file, evidence, reason=remark, by=by)

    kept = {"receipt_no": receipt_no, "receipt_at": receipt_at, "remark": remark}
    return _done(request, session, officer, file_id, say, kept)


@router.post("/dispatch/{file_id}/take-back")
def take_back(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    why_back: Text = "",
) -> Response:
    """Say that the bank was not given a file, so that it is taken back."""
    require(officer, "dispatch.send", about_file(session, file_id))

    def say(deciding: Session, by: Officer) -> None:
        file = dispatch_queries.locked(deciding, file_id)
        say_not_delivered(deciding, file, reason=why_back, by=by)

    return _done(request, session, officer, file_id, say, {"why_back": why_back})


@router.post("/dispatch/{file_id}/lay-out")
def lay_out(
    request: Request, session: Transaction, officer: SignedInOfficer, file_id: UUID
) -> Response:
    """Lay a file out again that was taken back."""
    require(officer, "dispatch.send", about_file(session, file_id))

    def again(deciding: Session, by: Officer) -> None:
        decide.lay_out_again(deciding, dispatch_queries.locked(deciding, file_id), by=by)

    return _done(request, session, officer, file_id, again, {})


@router.post("/dispatch/by-hand/{delivery_id}/{act}")
def answer(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    delivery_id: UUID,
    act: Literal["confirm", "refuse"],
) -> Response:
    """Confirm what another officer said of a file, or let it count for nothing."""
    require(officer, "dispatch.send", about_delivery(session, delivery_id))
    file_id = one_delivery(session, delivery_id).bank_file_id

    def judge(deciding: Session, by: Officer) -> None:
        verb = decide.confirm if act == "confirm" else decide.refuse
        verb(deciding, one_delivery(deciding, delivery_id), by=by)

    return _done(request, session, officer, file_id, judge, {})


@router.get("/dispatch/by-hand/{delivery_id}/proof")
def show_proof(session: Transaction, officer: SignedInOfficer, delivery_id: UUID) -> Response:
    """What proves a delivery, as it was uploaded."""
    require(officer, "dispatch.send", about_delivery(session, delivery_id))
    return given_out(session, officer, delivery_id)


def given_out(session: Session, officer: Officer, delivery_id: UUID) -> Response:
    """Return a proof's bytes to keep, never to show inside our page, and write down who has them."""
    found = queries.proof_of(session, delivery_id)
    if found is None:
        raise NotFound("proof")
    proof, content = found
    file_id = one_delivery(session, delivery_id).bank_file_id
    record(session, "hand_delivery.proof_read", by=officer.actor(), on=("bank_files", file_id))
    ending = "".join(one for one in proof.file_name.rpartition(".")[2] if one.isascii())[:8]
    return Response(
        content,
        media_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="proof-{proof.sha256[:12]}.{ending}"'
        },
    )


def instant(text: str) -> datetime | None:
    """Return the hour in ``2026-11-27 16:05`` on the county's clock; None: it is none."""
    try:
        given = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if given.tzinfo else given.replace(tzinfo=clock.SHANGHAI)


def _done(
    request: Request,
    session: Session,
    officer: Officer,
    file_id: UUID,
    act: Callable[[Session, Officer], object],
    kept: dict[str, str],
) -> Response:
    """Act in a transaction of its own; what is refused is told on the file's page."""
    try:
        with opener(request)() as deciding:
            act(deciding, officer)
    except _REFUSALS as problem:
        return file_page(session, officer, file_id, problem=problem, kept=kept)
    return RedirectResponse(f"/dispatch/{file_id}", status_code=303)
