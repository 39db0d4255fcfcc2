"""Deciding for programs: approve a batch or return it, under the same policy as the page."""

from fastapi import APIRouter, Request
from pydantic import Field

from service.approvals.decide import approve, send_back
from service.batches import queries
from service.batches.api import BatchDetail, Seen, detail
from service.batches.pages import session_id
from service.batches.seen import require_unchanged
from service.foundation import clock
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/batches", tags=["batches"])


class SeenWithReason(Seen):
    """A return, with the reason its maker reads."""

    reason: str = Field(max_length=500)


@router.post("/{batch_no}/approve")
def approve_batch(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str, body: Seen
) -> BatchDetail:
    """Approve the payment of a submitted batch."""
    require(officer, "approvals.decide")
    batch = queries.locked_by_no(session, batch_no)
    require_unchanged(session, batch, body.seen)
    approve(session, batch, by=officer, on=clock.today(), session_id=session_id(request))
    return detail(session, batch)


@router.post("/{batch_no}/return")
def return_batch(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    body: SeenWithReason,
) -> BatchDetail:
    """Return a batch to its maker; a reviewer before the approval, a signer before the signature."""
    require(officer, "batches.read")
    batch = queries.locked_by_no(session, batch_no)
    require_unchanged(session, batch, body.seen)
    send_back(
        session,
        batch,
        by=officer,
        reason=body.reason,
        on=clock.today(),
        session_id=session_id(request),
    )
    return detail(session, batch)
