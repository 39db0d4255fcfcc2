"""Finance's workbooks in the browser: those about one batch, and those about the county's days."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches import queries as batch_queries
from service.batches.about import require_seen
from service.batches.models import Batch
from service.batches.pages import session_id
from service.foundation import clock
from service.foundation.problems import Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.tabs import tabs
from service.reconciliation.workbooks.give import DaysUnusable, Wanted, give
from service.reconciliation.workbooks.made import MEDIA_TYPE, Made
from service.reconciliation.workbooks.reader import WHOLE, Reader
from service.residents.record.revealing import REASON_MAX, RevealReasonMissing
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Link

router = APIRouter()
Text = Annotated[str, Form(max_length=64)]
Reason = Annotated[str, Form(max_length=REASON_MAX)]


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
    try:
        return sent(give(session, kind, Wanted(batch_no=batch_no), reader, session_id(request)))
    except RevealReasonMissing as problem:
        return _of_batch(batch_queries.by_no(session, batch_no), reader, problem)


@router.get("/reconciliation/workbooks")
def show_workbooks(officer: SignedInOfficer) -> Response:
    """The workbooks about days and months of the whole county."""
    require(officer, "reconciliation.read")
    return _of_county(Wanted())


@router.post("/reconciliation/workbooks/returns")
def give_returns(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    first: Text = "",
    last: Text = "",
) -> Response:
    """What banks sent back on some days."""
    return _give(request, session, officer, "returns", Wanted(first=first, last=last))


def sent(made: Made) -> Response:
    """Return a workbook as a download; its name is made of codes and days only."""
    return Response(
        made.content,
        media_type=MEDIA_TYPE,
        headers={"content-disposition": f'attachment; filename="{made.file_name}"'},
    )


def _give(
    request: Request, session: Session, officer: Officer, kind: str, wanted: Wanted
) -> Response:
    require(officer, "reconciliation.read")
    try:
        return sent(give(session, kind, wanted, Reader(officer), session_id(request)))
    except DaysUnusable as problem:
        return _of_county(wanted, problem)


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


def _of_county(wanted: Wanted, problem: Problem | None = None) -> Response:
    today = clock.today()
    faults = [Fault(problem.say(visit().language), "first")] if problem else []
    return page(
        "reconciliation/workbooks.html",
        tabs=tabs(),
        status=problem.status if problem else 200,
        faults=faults,
        error=faults[0].sentence if faults else "",
        first=wanted.first or today.replace(day=1).isoformat(),
        last=wanted.last or today.isoformat(),
    )
