"""Submitting and posting for programs: freeze a batch, post its notice."""

from fastapi import APIRouter, Request

from service.batches import queries
from service.batches.about import about_batch, require_seen
from service.batches.api import BatchDetail, Seen, detail
from service.batches.pages import session_id
from service.batches.seen import require_unchanged
from service.foundation import clock
from service.notices.post import post
from service.notices.submit import submit_and_post
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/batches", tags=["batches"])


@router.post("/{batch_no}/submit")
@once_only
def submit_batch(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str, body: Seen
) -> BatchDetail:
    """Submit a draft or returned batch for review."""
    require(officer, "batches.submit")
    batch = queries.locked_by_no(session, batch_no)
    require_seen(session, officer, batch)
    require_unchanged(session, batch, body.seen)
    submit_and_post(session, batch, by=officer, on=clock.today(), session_id=session_id(request))
    return detail(session, batch, officer)


@router.post("/{batch_no}/notice", status_code=201)
@once_only
def post_notice(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str, body: Seen
) -> BatchDetail:
    """Post the notice of a frozen batch that has none; where none is asked for, nothing happens."""
    require(officer, "notices.post")
    batch = queries.locked_by_no(session, batch_no)
    require(officer, "notices.post", about_batch(session, batch))
    require_unchanged(session, batch, body.seen)
    post(session, batch, on=clock.today(), by=officer.actor(session_id(request)))
    return detail(session, batch, officer)
