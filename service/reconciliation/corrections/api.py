"""Corrections for programs: take a filled-in workbook in, read what came of it, ask for the changes."""

from uuid import UUID

from fastapi import APIRouter, Request, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches.api import Strict
from service.batches.pages import session_id
from service.officers.may import require
from service.officers.models import Officer
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.corrections import queries
from service.reconciliation.corrections.ask import ask
from service.reconciliation.corrections.export import corrections
from service.reconciliation.corrections.judge import ACT
from service.reconciliation.corrections.models import CorrectionFile
from service.reconciliation.corrections.take import take
from service.reconciliation.workbooks.api import FILE, Shown
from service.reconciliation.workbooks.made import give_out
from service.reconciliation.workbooks.pages import sent
from service.reconciliation.workbooks.reader import Reader
from service.web.limits import accept_uploads
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/account-corrections", tags=["workbooks"])
accept_uploads("/api/account-corrections/import")


class FaultOut(Strict):
    """What is wrong with a row, where in the sheet, in both languages; no value."""

    cell: str
    column: str
    field: str
    code: str
    sentence: str
    sentence_zh: str


class RowOut(Strict):
    """One filled-in row; of the account only the last four characters are told."""

    id: UUID
    sheet: str
    row: int
    reference: str
    account_tail: str
    state: str
    change: str
    """State of the request it became: requested, confirmed, refused, withdrawn; or empty."""
    reissued_as: str
    faults: list[FaultOut]


class FileOut(Strict):
    """An imported workbook."""

    id: UUID
    file_name: str
    times_seen: int
    lines_given_out: int
    rows_blank: int
    rows_known: int
    rows_hidden: int
    rows: list[RowOut]


@router.post("/workbook", response_class=Response, responses=FILE)
def give_workbook(
    request: Request, session: Transaction, officer: SignedInOfficer, wanted: Shown
) -> Response:
    """The correction workbook of the failed payments that the officer may correct."""
    reader = Reader(officer, wanted.whole, wanted.reason)
    made = corrections(session, reader)
    return sent(give_out(session, "corrections", made, reader, session_id(request)))


@router.post("/import")
@once_only
def import_workbook(
    request: Request, session: Transaction, officer: SignedInOfficer, file: UploadFile
) -> FileOut:
    """Take a filled-in workbook over; the same again changes nothing."""
    require(officer, ACT)
    kept = take(
        session, (file.filename or "file")[:120], file.file.read(), by=officer,
        session_id=session_id(request),
    )  # fmt: skip
    return out(session, officer, kept)


@router.get("/{correction_id}")
def read_workbook(session: Transaction, officer: SignedInOfficer, correction_id: UUID) -> FileOut:
    """A workbook with its rows and their faults."""
    require(officer, ACT)
    return out(session, officer, queries.one_file(session, officer, correction_id))


@router.post("/{correction_id}/ask")
@once_only
def ask_for_changes(
    request: Request, session: Transaction, officer: SignedInOfficer, correction_id: UUID
) -> FileOut:
    """Ask for the change of account of every ready row; a second officer has to agree to each."""
    require(officer, ACT)
    file = queries.one_file(session, officer, correction_id)
    ask(session, file, by=officer, session_id=session_id(request))
    return out(session, officer, file)


def out(session: Session, officer: Officer, file: CorrectionFile) -> FileOut:
    """Return a workbook as programs read it, as far as the officer may see its rows."""
    return FileOut(
        id=file.id,
        file_name=file.file_name,
        times_seen=file.times_seen,
        lines_given_out=file.lines_given_out,
        rows_blank=file.rows_blank,
        rows_known=file.rows_known,
        rows_hidden=file.rows_hidden,
        rows=[
            RowOut(
                id=one.row.id,
                sheet=one.row.sheet,
                row=one.row.row_no,
                reference=one.entry["reference"],
                account_tail=one.entry["account"][-4:],
                state=one.row.state,
                change=one.change_state,
                reissued_as=one.reissued_as,
                faults=[FaultOut(**fault) for fault in one.row.faults],
            )
            for one in queries.rows(session, officer, file)
        ],
    )
