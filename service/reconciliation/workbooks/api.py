"""Finance's workbooks for programs: asked for with POST, because giving one out is recorded."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from pydantic import Field
from starlette.responses import Response

from service.batches.api import Strict
from service.batches.pages import session_id
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.workbooks.give import Wanted, give
from service.reconciliation.workbooks.made import MEDIA_TYPE
from service.reconciliation.workbooks.pages import sent
from service.reconciliation.workbooks.reader import Reader
from service.residents.record.revealing import REASON_MAX
from service.web.transactions import Transaction

router = APIRouter(prefix="/api", tags=["workbooks"])
Day = Annotated[str, Field(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$", examples=["2026-10-01"])]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {}}, "description": "The workbook (.xlsx)."}
}


class Shown(Strict):
    """Whether names and accounts are asked for in full; then a reason is needed."""

    whole: bool = False
    reason: str = Field("", max_length=REASON_MAX)


class ListWanted(Shown):
    """A workbook about one batch."""

    kind: Literal["pay-list", "replies"]


class DaysWanted(Shown):
    """A workbook about some days, both included."""

    first: Day
    last: Day


@router.post("/batches/{batch_no}/workbooks", response_class=Response, responses=_FILE)
def give_batch_workbook(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    wanted: ListWanted,
) -> Response:
    """The pay list of a batch, or what the banks answered about it; that it was given is recorded."""
    require(officer, "batches.read")
    reader = Reader(officer, wanted.whole, wanted.reason)
    asked = Wanted(batch_no=batch_no)
    return sent(give(session, wanted.kind, asked, reader, session_id(request)))


@router.post("/reconciliation/workbooks/returns", response_class=Response, responses=_FILE)
def give_returns(
    request: Request, session: Transaction, officer: SignedInOfficer, wanted: DaysWanted
) -> Response:
    """What banks sent back on some days, and what became of it."""
    require(officer, "reconciliation.read")
    reader = Reader(officer, wanted.whole, wanted.reason)
    asked = Wanted(first=wanted.first, last=wanted.last)
    return sent(give(session, "returns", asked, reader, session_id(request)))
