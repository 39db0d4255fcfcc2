"""Corrections in the browser: give the workbook out, take it in, mend rows, ask for the changes."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, UploadFile
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.pages import session_id
from service.foundation.problems import Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.corrections import queries, views
from service.reconciliation.corrections.ask import ask
from service.reconciliation.corrections.export import READS, corrections
from service.reconciliation.corrections.judge import ACT
from service.reconciliation.corrections.mend import RowDone, drop, mend
from service.reconciliation.corrections.take import take
from service.reconciliation.corrections.template import COLUMNS
from service.reconciliation.workbooks.made import give_out
from service.reconciliation.workbooks.pages import sent
from service.reconciliation.workbooks.reader import WHOLE, Reader
from service.residents.record.revealing import REASON_MAX, RevealReasonMissing
from service.web.here import visit
from service.web.language import gettext
from service.web.limits import accept_uploads
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Link, Row

router = APIRouter()
UPLOAD = accept_uploads("/account-corrections/import")
Text = Annotated[str, Form(max_length=200)]
Reason = Annotated[str, Form(max_length=REASON_MAX)]


class Typed(BaseModel):
    """A row as it was typed into its form."""

    reference: str = Field("", max_length=200)
    account: str = Field("", max_length=200)
    bank_name: str = Field("", max_length=200)
    bank_code: str = Field("", max_length=200)
    holder: str = Field("", max_length=200)
    evidence: str = Field("", max_length=200)
    answer: str = Field("", max_length=20)


@router.get("/account-corrections")
def show_corrections(session: Transaction, officer: SignedInOfficer) -> Response:
    """Imported workbooks, and the two forms: give one out, take one in."""
    return _list(session, officer)


@router.post("/account-corrections/workbook")
def give_workbook(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    whole: Text = "",
    reason: Reason = "",
) -> Response:
    """The correction workbook of every failed payment; that it was given out is recorded."""
    reader = Reader(officer, bool(whole), reason)
    try:
        made = corrections(session, reader)
    except RevealReasonMissing as problem:
        fault = Fault(problem.say(visit().language), "reason")
        return _list(session, officer, [fault], problem.status, reader)
    return sent(give_out(session, "corrections", made, reader, session_id(request)))


@router.post(UPLOAD)
def import_workbook(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file: UploadFile | None = None,
) -> Response:
    """Take a filled-in workbook over; a file that cannot be read at all is refused with its reason."""
    require(officer, ACT)
    content = file.file.read() if file is not None else b""
    if file is None or not content:
        fault = Fault(gettext("Choose a file that is not empty."), "file")
        return _list(session, officer, [fault], 422)
    try:
        with session.begin_nested():
            kept = take(
                session, _name(file.filename), content, by=officer, session_id=session_id(request)
            )
    except Problem as problem:
        said = f"{_name(file.filename)}: {problem.say(visit().language)}"
        return _list(session, officer, [Fault(said, "file")], problem.status)
    return RedirectResponse(f"/account-corrections/{kept.id}", status_code=303)


@router.get("/account-corrections/{correction_id}")
def show_file(session: Transaction, officer: SignedInOfficer, correction_id: UUID) -> Response:
    """One workbook, row by row: what is ready, what has to be mended, what came of it."""
    require(officer, ACT)
    file = queries.one_file(session, officer, correction_id)
    reader = Reader(officer)
    shown = queries.rows(session, officer, file)
    counts = {one: sum(row.row.state == one for row in shown) for one in views.TALLIED}
    order = {"faulty": 0, "ready": 1}
    return page(
        "reconciliation/correction_file.html",
        file=file,
        counts=counts,
        tallies=[(views.tally(one), counts[one]) for one in views.TALLIED],
        missing=max(0, file.lines_given_out - file.rows_blank - file.rows_known - len(shown)),
        columns=views.columns(),
        rows=[
            views.row(one, reader, file)
            for one in sorted(shown, key=lambda one: order.get(one.row.state, 2))
        ],
        confirmed=any(one.change_state == "confirmed" and not one.reissued_as for one in shown),
        may_reissue=may(officer, READS),
        crumbs=[Link(gettext("Corrections"), "/account-corrections")],
    )


@router.post("/account-corrections/{correction_id}/ask")
def ask_for_changes(
    request: Request, session: Transaction, officer: SignedInOfficer, correction_id: UUID
) -> Response:
    """Ask for the change of account of every ready row; a second officer has to agree to each."""
    require(officer, ACT)
    file = queries.one_file(session, officer, correction_id)
    ask(session, file, by=officer, session_id=session_id(request))
    return RedirectResponse(f"/account-corrections/{file.id}", status_code=303)


@router.get("/account-corrections/{correction_id}/rows/{row_id}")
def show_row(
    session: Transaction, officer: SignedInOfficer, correction_id: UUID, row_id: UUID
) -> Response:
    """One row with its faults, to be mended here."""
    require(officer, ACT)
    return _row(session, officer, correction_id, row_id)


@router.post("/account-corrections/{correction_id}/rows/{row_id}")
def mend_row(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    correction_id: UUID,
    row_id: UUID,
    typed: Annotated[Typed, Form()],
) -> Response:
    """Keep what was typed; with a fault left, the row is shown again."""
    require(officer, ACT)
    one = queries.one_row(session, officer, correction_id, row_id)
    by = session_id(request)
    try:
        if typed.answer == "drop":
            drop(session, one.row, by=officer, session_id=by)
        elif mend(
            session, one.row, typed.model_dump(exclude={"answer"}), by=officer, session_id=by
        ):
            return _row(session, officer, correction_id, row_id, status=422)
    except RowDone as problem:
        return _row(session, officer, correction_id, row_id, problem, status=problem.status)
    return RedirectResponse(f"/account-corrections/{correction_id}", status_code=303)


def _row(
    session: Session,
    officer: Officer,
    correction_id: UUID,
    row_id: UUID,
    problem: Problem | None = None,
    status: int = 200,
) -> Response:
    file = queries.one_file(session, officer, correction_id)
    one = queries.one_row(session, officer, correction_id, row_id)
    reader = Reader(officer)
    faults = views.faults(one, file, reader)
    if problem is not None:
        faults = [Fault(problem.say(visit().language))]
    is_own = file.imported_by == str(officer.id)
    entry = one.entry if is_own else {**one.entry, "account": "", "holder": ""}
    chinese = visit().language == "zh"
    return page(
        "reconciliation/correction_row.html",
        status=status,
        file=file,
        one=one,
        place=views.place_of(one),
        tag=views.standing(one),
        shown=views.row(one, reader, file).cells,
        faults=faults,
        wrong={fault.field: fault.sentence for fault in faults},
        fields=[
            (column.field, column.header if chinese else column.aliases[0], entry[column.field],
             column.zh if chinese else column.en)
            for column in COLUMNS
        ],
        is_open=one.row.state in ("faulty", "ready"),
        crumbs=[
            Link(gettext("Corrections"), "/account-corrections"),
            Link(file.file_name, f"/account-corrections/{file.id}"),
        ],
    )  # fmt: skip


def _list(
    session: Session,
    officer: Officer,
    faults: list[Fault] | None = None,
    status: int = 200,
    asked: Reader | None = None,
) -> Response:
    is_corrector = may(officer, ACT)
    listed = queries.files(session, officer) if is_corrector else []
    return page(
        "reconciliation/corrections.html",
        status=status,
        faults=faults or [],
        wrong={fault.field: fault.sentence for fault in faults or []},
        asked=asked or Reader(officer),
        may_import=is_corrector,
        may_see_whole=may(officer, WHOLE),
        reason_max=REASON_MAX,
        columns=[
            Column(gettext("File")),
            Column(gettext("Imported"), "moment"),
            *(Column(views.tally(one), "number") for one in views.TALLIED),
        ],
        rows=[
            Row(
                (one.file.file_name, one.file.imported_at,
                 *(one.counts.get(state, 0) for state in views.TALLIED)),
                f"/account-corrections/{one.file.id}",
                tone="bad" if one.counts.get("faulty") else "",
            )
            for one in listed
        ],
    )  # fmt: skip


def _name(name: str | None) -> str:
    """Return a file's name without the folders that some browsers send along."""
    bare = (name or "").replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in bare if one.isprintable())[:120] or "file"
