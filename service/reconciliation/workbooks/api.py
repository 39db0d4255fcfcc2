"""Finance's workbooks for programs: asked for with POST, because giving one out is recorded."""

from typing import Any, Literal

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
FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {MEDIA_TYPE: {}}, "description": "The workbook (.xlsx)."}
}


class Shown(Strict):
    """Whether names and accounts are asked for in full; then a reason is needed."""

    whole: bool = False
    reason: str = Field("", max_length=REASON_MAX)


class ListWanted(Shown):
    """A workbook about one batch."""

    kind: Literal["pay-list", "replies"]


class CountyWanted(Shown):
    """A workbook of the county: days for returns, a bank and day for a day's close, a month's report."""

    first: str = Field("", max_length=10, examples=["2026-10-01"])
    last: str = Field("", max_length=10, examples=["2026-10-31"])
    month: str = Field("", max_length=7, examples=["2026-10"])
    channel: str = Field("", max_length=40, examples=["ccb"])
    day: str = Field("", max_length=10, examples=["2026-10-16"])


@router.post("/batches/{batch_no}/workbooks", response_class=Response, responses=FILE)
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


@router.post("/reconciliation/workbooks/{kind}", response_class=Response, responses=FILE)
def give_county_workbook(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    kind: Literal["returns", "exceptions", "month", "day"],
    wanted: CountyWanted,
) -> Response:
    """A workbook about days or months of the whole county; that it was given is recorded."""
    require(officer, "reconciliation.read")
    reader = Reader(officer, wanted.whole, wanted.reason)
    asked = Wanted(**wanted.model_dump(exclude={"whole", "reason"}))
    return sent(give(session, kind, asked, reader, session_id(request)))
