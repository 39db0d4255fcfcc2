"""Files that clerks carry, for programs: what waits, what was said of it, and the second officer's word."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Form, UploadFile
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from service.dispatch import queries as dispatch_queries
from service.dispatch.about import about_file, files_seen_by
from service.dispatch.by_hand import decide, queries
from service.dispatch.by_hand.about import about_delivery, one_delivery
from service.dispatch.by_hand.models import HandDelivery
from service.dispatch.by_hand.pages import given_out, instant
from service.dispatch.by_hand.say import Evidence, say_delivered, say_not_delivered
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.limits import accept_uploads
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/dispatch", tags=["dispatch"])
accept_uploads("/api/dispatch/delivered")
Text = Annotated[str, Form(max_length=1024)]
_BYTES: dict[int | str, dict[str, Any]] = {200: {"content": {"application/octet-stream": {}}}}


class Strict(BaseModel):
    """What is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DeliveryOut(Strict):
    """What an officer said of a file; it counts once another confirms it."""

    id: UUID
    file_id: UUID
    said: Literal["delivered", "not_delivered"]
    state: Literal["asked", "confirmed", "withdrawn"]
    reason: str
    delivered_at: datetime | None
    receipt_no: str | None
    proof_sha256: str | None
    asked_at: datetime
    decided_at: datetime | None


class CarriedOut(Strict):
    """A file that waits for its clerk, or that was taken back from him."""

    file_id: UUID
    file_name: str
    file_reference: str
    channel: str
    sha256: str
    count: int
    amount_fen: int
    laid_out_at: datetime | None
    taken_back: bool
    asked: DeliveryOut | None = Field(description="What waits for a second officer.")


class WhyIn(Strict):
    """Why."""

    reason: str = Field(max_length=500)


@router.get("/by-hand")
def list_carried(session: Transaction, officer: SignedInOfficer) -> list[CarriedOut]:
    """Files that wait to be carried, oldest first, with what was said of them."""
    require(officer, "dispatch.read")
    return [carried_out(one) for one in queries.carried(session, files_seen_by(officer))]


@router.post("/delivered/{file_id}")
@once_only
def delivered(
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    proof: UploadFile,
    receipt_no: Text,
    receipt_at: Annotated[Text, Form(description="2026-11-27 16:05, on the county's clock.")],
    reason: Text = "",
) -> DeliveryOut:
    """Say that a clerk gave a file to the bank; another officer confirms it."""
    require(officer, "dispatch.send", about_file(session, file_id))
    evidence = Evidence(receipt_no, instant(receipt_at), proof.filename or "", proof.file.read())
    file = dispatch_queries.locked(session, file_id)
    return _out(say_delivered(session, file, evidence, reason=reason, by=officer))


@router.post("/take-back/{file_id}")
@once_only
def take_back(
    session: Transaction, officer: SignedInOfficer, file_id: UUID, why: WhyIn
) -> DeliveryOut:
    """Say that the bank was not given a file; once another officer confirms, it is taken back."""
    require(officer, "dispatch.send", about_file(session, file_id))
    file = dispatch_queries.locked(session, file_id)
    return _out(say_not_delivered(session, file, reason=why.reason, by=officer))


@router.post("/lay-out/{file_id}", status_code=204)
def lay_out(session: Transaction, officer: SignedInOfficer, file_id: UUID) -> Response:
    """Lay a file out again that was taken back."""
    require(officer, "dispatch.send", about_file(session, file_id))
    decide.lay_out_again(session, dispatch_queries.locked(session, file_id), by=officer)
    return Response(status_code=204)


@router.post("/by-hand/{delivery_id}/{act}")
@once_only
def answer(
    session: Transaction,
    officer: SignedInOfficer,
    delivery_id: UUID,
    act: Literal["confirm", "refuse"],
) -> DeliveryOut:
    """Confirm what another officer said, and have it done, or let it count for nothing."""
    require(officer, "dispatch.send", about_delivery(session, delivery_id))
    said = one_delivery(session, delivery_id)
    verb = decide.confirm if act == "confirm" else decide.refuse
    verb(session, said, by=officer)
    return _out(said)


@router.get("/by-hand/{delivery_id}/proof", response_class=Response, responses=_BYTES)
def read_proof(session: Transaction, officer: SignedInOfficer, delivery_id: UUID) -> Response:
    """What proves a delivery, as it was uploaded."""
    require(officer, "dispatch.send", about_delivery(session, delivery_id))
    return given_out(session, officer, delivery_id)


def carried_out(one: queries.Carried) -> CarriedOut:
    """Return a carried file as programs read it."""
    file = one.file
    return CarriedOut(
        file_id=file.id,
        file_name=file.file_name,
        file_reference=file.file_reference,
        channel=one.channel.code,
        sha256=file.sha256,
        count=file.count,
        amount_fen=file.amount_fen,
        laid_out_at=file.intent_at,
        taken_back=file.state == "prepared",
        asked=_out(one.asked) if one.asked else None,
    )


def _out(one: HandDelivery) -> DeliveryOut:
    return DeliveryOut(
        id=one.id,
        file_id=one.bank_file_id,
        said="delivered" if one.said == "delivered" else "not_delivered",
        state=_state(one),
        reason=one.reason,
        delivered_at=one.delivered_at,
        receipt_no=one.receipt_no,
        proof_sha256=one.proof_sha256,
        asked_at=one.asked_at,
        decided_at=one.decided_at,
    )


def _state(one: HandDelivery) -> Literal["asked", "confirmed", "withdrawn"]:
    if one.state == "asked":
        return "asked"
    return "confirmed" if one.state == "confirmed" else "withdrawn"
