"""Banks' files and re-issue for programs: bring a reply or statement, and pay corrected failures again."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, UploadFile
from pydantic import Field

from service.foundation.problems import NotFound
from service.foundation.spreadsheets.refusals import FileEmpty
from service.officers.acting import Act, Declared
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import queries
from service.reconciliation.pages import bare_name, reissue_group
from service.reconciliation.reply import receive_reply
from service.reconciliation.statement import receive_statement
from service.web.limits import accept_uploads
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/reconciliation", tags=["reconciliation"])
accept_uploads("/api/reconciliation/upload")


class BankFileTaken(Declared):
    """A file of a bank and what became of it."""

    id: UUID
    kind: str
    state: str = Field(examples=["accepted"])
    file_name: str


class ReissueIn(Declared):
    """Of which programme and month the corrected failures are paid again."""

    programme: str = Field(max_length=64, examples=["MZ15"])
    month: str = Field(max_length=64, examples=["2026-10"])


class ReissueOut(Declared):
    """The batch that pays again, which goes through every approval; empty where nothing is corrected."""

    batch_no: str


@router.post("/upload", status_code=201)
@once_only
def bring_file(
    session: Transaction,
    officer: SignedInOfficer,
    channel: Annotated[str, Form(max_length=64)],
    kind: Annotated[Literal["reply", "statement"], Form()],
    file: UploadFile,
) -> BankFileTaken:
    """Take a reply or statement exactly as if it had been collected; the same again changes nothing.

    Problems: ``not_found`` for an unknown bank, ``file_empty``.
    """
    require(officer, "reconciliation.import_reply")
    bank = queries.channel_by_code(session, channel)
    if bank is None:
        raise NotFound("bank")
    content = file.file.read()
    if not content:
        raise FileEmpty
    receive = receive_reply if kind == "reply" else receive_statement
    kept = receive(session, bank, bare_name(file), content, by=officer.actor())
    return BankFileTaken(id=kept.id, kind=kept.kind, state=kept.state, file_name=kept.file_name)


@router.post("/reissue", status_code=201)
def build_reissue(act: Act, body: ReissueIn) -> ReissueOut:
    """Build the batch that pays a month's corrected failures again."""
    require(act.officer, "reconciliation.resolve")

    def do() -> ReissueOut:
        made = reissue_group(act.session, body.programme, body.month, by=act.by)
        return ReissueOut(batch_no=made.batch_no if made else "")

    return act.once(body, do, ReissueOut)
