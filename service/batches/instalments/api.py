"""Instalments for programs: how short the money is for a list, and its split."""

from fastapi import APIRouter, Request
from pydantic import Field

from service.batches import queries
from service.batches.about import require_seen
from service.batches.api import BatchDetail, Strict, detail
from service.batches.instalments.queries import waiting_of
from service.batches.instalments.short import shortage
from service.batches.instalments.split import split
from service.batches.pages import session_id
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/batches", tags=["batches"])


class ShortageOut(Strict):
    """The year's money for a list; all in fen."""

    left_fen: int
    wanted_fen: int
    asked_fen: int = Field(description="What all open lists of the programme and year would pay.")
    share_fen: int = Field(description="What this list may pay now, at everybody's same share.")
    waiting_lines: int
    waiting_fen: int


class Divide(Strict):
    """How much a list pays now; its share of what is left if not given."""

    now_fen: int | None = Field(default=None, gt=0, le=2**53)


@router.get("/{batch_no}/instalments")
def read_shortage(session: Transaction, officer: SignedInOfficer, batch_no: str) -> ShortageOut:
    """How the year's money stands for a batch."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    money = shortage(session, batch)
    lines, fen = waiting_of(session, batch)
    return ShortageOut(
        left_fen=money.left_fen,
        wanted_fen=money.wanted_fen,
        asked_fen=money.asked_fen,
        share_fen=money.share_fen,
        waiting_lines=lines,
        waiting_fen=fen,
    )


@router.post("/{batch_no}/instalments")
@once_only
def divide(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    given: Divide,
) -> BatchDetail:
    """Pay everybody on a draft the same share now; the rest waits for the appropriation."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    split(session, batch, by=officer, now_fen=given.now_fen, session_id=session_id(request))
    return detail(session, batch, officer)
