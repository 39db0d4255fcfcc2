"""The packs of a batch and of a month in the browser; names are masked, and each taking is recorded.

With names, bank files and answers they are written by the command line alone, for the archive.
"""

import tempfile
from collections.abc import Callable
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from service.batches import queries
from service.batches.about import require_seen
from service.batches.pages import session_id
from service.evidence.make import make_of_batch, make_of_month
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.officers.may import NotAllowed, require
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter()


@router.get("/batches/{batch_no}/evidence.zip")
def give_batch(
    request: Request, session: Transaction, officer: SignedInOfficer, batch_no: str
) -> Response:
    """A batch's pack: every line masked, what was signed, sums of files and answers, postings, trail."""
    try:
        require(officer, "evidence.batch")
        batch = queries.by_no(session, batch_no)
        require_seen(session, officer, batch, "evidence.batch")
    except NotAllowed:
        raise NotFound("batch") from None
    by = officer.actor(session_id(request))
    return _given(batch.batch_no, lambda path: make_of_batch(session, batch, path, by=by))


@router.get("/months/{month}/evidence.zip")
def give_month(
    request: Request, session: Transaction, officer: SignedInOfficer, month: str
) -> Response:
    """A month's pack: its lists with their roots and totals, trial balance, bank days, rules and facts."""
    try:
        require(officer, "evidence.month")
    except NotAllowed:
        raise NotFound("month") from None
    wanted = str(Month.parse(month))
    by = officer.actor(session_id(request))
    return _given(wanted, lambda path: make_of_month(session, wanted, path, {}, by=by))


def _given(name: str, make: Callable[[Path], str]) -> Response:
    """Let a pack be written beside the service and send it from there, however long it is."""
    folder = tempfile.TemporaryDirectory(prefix="anxin-evidence-")
    path = Path(folder.name) / f"evidence-{name}.zip"
    try:
        make(path)
    except Problem:
        folder.cleanup()
        raise
    return FileResponse(path, filename=path.name, background=BackgroundTask(folder.cleanup))
