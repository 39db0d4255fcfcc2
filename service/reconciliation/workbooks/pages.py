"""Finance's workbooks in the browser: those about one batch, and those about the county's days."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches import queries as batch_queries
from service.batches.about import require_seen
from service.batches.models import Batch
from service.batches.pages import session_id
from service.foundation import clock
from service.foundation.months import BadMonth, Month
from service.foundation.problems import NotFound, Problem
from service.ledger.queries import channels
from service.officers.may import may, require
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.tabs import tabs
from service.reconciliation.workbooks.give import OF_BATCH, OF_COUNTY, DaysUnusable, Wanted, give
from service.reconciliation.workbooks.made import MEDIA_TYPE, Made
from service.reconciliation.workbooks.reader import WHOLE, Reader
from service.residents.record.revealing import REASON_MAX, RevealReasonMissing
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Link, Option

router = APIRouter()
Text = Annotated[str, Form(max_length=64)]
Reason = Annotated[str, Form(max_length=REASON_MAX)]


class WantedOut(BaseModel):
    """What a workbook of the county is to be about; each kind reads its own fields."""

    first: str = Field("", max_length=10)
    last: str = Field("", max_length=10)
    month: str = Field("", max_length=7)
    channel: str = Field("", max_length=40)
    day: str = Field("", max_length=10)


@router.get("/batches/{batch_no}/workbooks")
def show_batch_workbooks(session: Transaction, officer: SignedInOfficer, batch_no: str) -> Response:
    """The workbooks about one batch."""
    require(officer, "batches.read")
    batch = batch_queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    return _of_batch(batch, Reader(officer))


@router.post("/batches/{batch_no}/workbooks")
def give_batch_workbook(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    kind: Text = "pay-list",
    whole: Text = "",
    reason: Reason = "",
) -> Response:
    """One of them as a file; that is recorded, so it is no plain link."""
    require(officer, "batches.read")
    reader = Reader(officer, bool(whole), reason)
    if kind not in OF_BATCH:
        raise NotFound("page")
    try:
        return sent(give(session, kind, Wanted(batch_no=batch_no), reader, session_id(request)))
    except RevealReasonMissing as problem:
        return _of_batch(batch_queries.by_no(session, batch_no), reader, problem)


@router.get("/reconciliation/workbooks")
def show_workbooks(session: Transaction, officer: SignedInOfficer) -> Response:
    """The workbooks about days and months of the whole county."""
    require(officer, "reconciliation.read")
    return _of_county(session, Wanted())


@router.post("/reconciliation/workbooks/{kind}")
def give_county_workbook(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    kind: str,
    wanted: Annotated[WantedOut, Form()],
) -> Response:
    """One of them as a file; that is recorded, so it is no plain link."""
    require(officer, "reconciliation.read")
    about = Wanted(**wanted.model_dump())
    if kind not in OF_COUNTY:
        raise NotFound("page")
    try:
        return sent(give(session, kind, about, Reader(officer), session_id(request)))
    except (DaysUnusable, BadMonth, NotFound) as problem:
        return _of_county(session, about, problem, kind)


def sent(made: Made) -> Response:
    """Return a workbook as a download; its name is made of codes and days only."""
    return Response(
        made.content,
        media_type=MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{made.file_name}"'},
    )


def _of_batch(batch: Batch, asked: Reader, problem: Problem | None = None) -> Response:
    faults = [Fault(problem.say(visit().language), "reason")] if problem else []
    return page(
        "reconciliation/batch_workbooks.html",
        status=problem.status if problem else 200,
        batch=batch,
        crumbs=[Link(batch.batch_no, f"/batches/{batch.batch_no}")],
        asked=asked,
        faults=faults,
        error=faults[0].sentence if faults else "",
        may_see_whole=may(asked.officer, WHOLE),
        reason_max=REASON_MAX,
        kinds=[
            ("pay-list", gettext("Pay list")),
            ("replies", gettext("Analysis of replies")),
        ],
    )


def _of_county(
    session: Session, wanted: Wanted, problem: Problem | None = None, kind: str = ""
) -> Response:
    today = clock.today()
    field = {"returns": "first", "day": "day", "month": "month"}.get(kind, "")
    faults = [Fault(problem.say(visit().language), field)] if problem else []
    return page(
        "reconciliation/workbooks.html",
        tabs=tabs(),
        status=problem.status if problem else 200,
        faults=faults,
        wrong={fault.field: fault.sentence for fault in faults},
        first=wanted.first or today.replace(day=1).isoformat(),
        last=wanted.last or today.isoformat(),
        day=wanted.day or today.isoformat(),
        month=wanted.month or str(Month.of(today)),
        channel=wanted.channel,
        banks=[Option(one.code, one.name) for one in channels(session)],
    )
