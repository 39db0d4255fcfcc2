"""What banks answered: what needs somebody, every file, failed payments, and closing bank days."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, UploadFile
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.audit.actor import Actor
from service.batches import queries as batch_queries
from service.batches.models import Batch
from service.foundation.ids import number_of
from service.foundation.problems import NotFound, Problem
from service.ledger.models import BankChannel
from service.ledger.queries import channels
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import queries, views, words
from service.reconciliation.close_day import DayNotClosable, close_day
from service.reconciliation.receipts import neighbours
from service.reconciliation.reissue import reissue
from service.reconciliation.reply import receive_reply
from service.reconciliation.statement import receive_statement
from service.reconciliation.tabs import tabs
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.limits import accept_uploads
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()
navigation.register(
    "reconciliation", translatable("Reconciliation"), "/reconciliation", act="reconciliation.read"
)
UPLOAD = accept_uploads("/reconciliation/upload")
Text = Annotated[str, Form(max_length=64)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
_NAME_CHARS_MAX = 120
_SHOWN = 20
"""Lines of each kind on the first page; the work list has all of them."""


@router.get("/reconciliation")
def show(session: Transaction, officer: SignedInOfficer) -> Response:
    """What needs somebody: money of nobody, lines that moved nothing, files not believed."""
    require(officer, "reconciliation.read")
    lying, unknown = queries.lying(session), queries.unidentified(session)
    return page(
        "reconciliation/open.html",
        tabs=tabs(),
        start=neighbours.first(session),
        quarantine=[
            (one, views.fault_sentences(one)) for one in queries.waiting_quarantine(session)
        ],
        kinds=words.KINDS,
        line_columns=views.line_columns(),
        lines=[views.line_row(one) for one in lying[:_SHOWN]],
        more_lines=len(lying) > _SHOWN,
        movement_columns=[
            Column(gettext("Day")),
            Column(gettext("Bank")),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("The bank's reference"), "code"),
        ],
        movements=[
            Row(
                (
                    statement.booked_on.isoformat(),
                    bank,
                    line.signed_fen,
                    line.bank_reference or "—",
                ),
                f"/reconciliation/receipts/{line.id}"
                if line.signed_fen > 0 or number_of(line.reference) is not None
                else "",
            )
            for line, statement, bank in unknown[:_SHOWN]
        ],
        more_movements=len(unknown) > _SHOWN,
    )


@router.get("/reconciliation/files")
def show_files(session: Transaction, officer: SignedInOfficer, number: PageNumber = 1) -> Response:
    """Every file that banks gave us, and a form to bring one by hand."""
    require(officer, "reconciliation.read")
    return _files(session, officer, number)


@router.post(UPLOAD)
def bring_file(
    session: Transaction,
    officer: SignedInOfficer,
    channel: Text = "",
    kind: Text = "",
    file: UploadFile | None = None,
) -> Response:
    """Take a reply or statement that came by another way, exactly as if it had been collected."""
    require(officer, "reconciliation.import_reply")
    bank = queries.channel_by_code(session, channel)
    faults = []
    if bank is None:
        faults.append(Fault(gettext("Choose the bank the file came from."), "channel"))
    if kind not in words.KINDS:
        faults.append(Fault(gettext("Choose whether it is a reply or a statement."), "kind"))
    content = file.file.read() if file is not None else b""
    if not content:
        faults.append(Fault(gettext("Choose a file that is not empty."), "file"))
    if bank is None or file is None or faults:
        return _files(session, officer, 1, faults=faults, channel=channel, kind=kind)
    receive = receive_reply if kind == "reply" else receive_statement
    kept = receive(session, bank, bare_name(file), content, by=officer.actor())
    return RedirectResponse(f"/reconciliation/files/{kept.id}", status_code=303)


@router.get("/reconciliation/failed")
def show_failed(
    session: Transaction, officer: SignedInOfficer, number: PageNumber = 1, made: str = ""
) -> Response:
    """Failed payments: why, what has to happen next, and building the batch that pays again."""
    require(officer, "reconciliation.read")
    lines, total = queries.failed(session, page=number)
    return page(
        "reconciliation/failed.html",
        tabs=tabs(),
        groups=[(one, *views.group_cells(one)) for one in queries.failed_groups(session)],
        may_reissue=may(officer, "reconciliation.resolve"),
        made=batch_queries.by_no(session, made) if made and made != "none" else None,
        nothing_made=made == "none",
        columns=views.failed_columns(),
        rows=[views.failed_row(one) for one in lines],
        number=number,
        pages=max(1, -(-total // queries.ROWS_PER_PAGE)),
        total=total,
    )


@router.post("/reconciliation/reissue")
def build_reissue(
    session: Transaction, officer: SignedInOfficer, programme: Text = "", month: Text = ""
) -> Response:
    """Build the batch that pays a month's corrected failures again; it goes through every approval."""
    require(officer, "reconciliation.resolve")
    batch = reissue_group(session, programme, month, by=officer.actor())
    made = batch.batch_no if batch else "none"
    return RedirectResponse(f"/reconciliation/failed?made={made}", status_code=303)


def reissue_group(session: Session, programme: str, month: str, *, by: Actor) -> Batch | None:
    """Pay a month's corrected failures again; raises NotFound where none of that kind failed."""
    groups = queries.failed_groups(session)
    if not any((one.programme, one.month) == (programme, month) for one in groups):
        raise NotFound("batch")
    return reissue(session, programme, month, by=by)


@router.get("/reconciliation/days")
def show_days(session: Transaction, officer: SignedInOfficer) -> Response:
    """Bank days: what the bank says, what the ledger says, and closing."""
    require(officer, "reconciliation.read")
    return _days(session, officer)


@router.post("/reconciliation/days/{channel}/{day}")
def close(session: Transaction, officer: SignedInOfficer, channel: str, day: date) -> Response:
    """Close one bank's day, or say with both numbers why not."""
    require(officer, "reconciliation.close_day")
    bank = _bank(session, channel)
    try:
        close_day(session, bank, day, by=officer)
    except DayNotClosable as problem:
        return _days(session, officer, problem)
    return RedirectResponse(f"/reconciliation/days#{channel}-{day}", status_code=303)


def _bank(session: Session, code: str) -> BankChannel:
    found = queries.channel_by_code(session, code)
    if found is None:
        raise NotFound("bank")
    return found


def bare_name(file: UploadFile) -> str:
    """Return a file's name without the folders that some browsers send along."""
    bare = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(one for one in bare if one.isprintable())[:_NAME_CHARS_MAX] or "file"


def _files(
    session: Session,
    officer: Officer,
    number: int,
    *,
    faults: list[Fault] | None = None,
    channel: str = "",
    kind: str = "reply",
) -> Response:
    found, total = queries.inbound(session, page=number)
    return page(
        "reconciliation/files.html",
        status=422 if faults else 200,
        tabs=tabs(),
        columns=views.file_columns(),
        rows=[views.file_row(one) for one in found],
        number=number,
        pages=max(1, -(-total // queries.ROWS_PER_PAGE)),
        total=total,
        may_bring=may(officer, "reconciliation.import_reply"),
        banks=[Option(one.code, one.name) for one in channels(session)],
        kinds=[
            Option("reply", gettext("Reply"), gettext("the bank's answer to a file of ours")),
            Option(
                "statement", gettext("Statement"), gettext("the account's movements of one day")
            ),
        ],
        faults=faults or [],
        wrong={fault.field: fault.sentence for fault in faults or []},
        channel=channel,
        kind=kind,
    )


def _days(session: Session, officer: Officer, problem: Problem | None = None) -> Response:
    return page(
        "reconciliation/days.html",
        status=problem.status if problem else 200,
        tabs=tabs(),
        days=[(one, views.day_tag(one)) for one in queries.days(session)],
        may_close=may(officer, "reconciliation.close_day"),
        faults=[Fault(problem.say(visit().language))] if problem else [],
        alarms=views.day_alarms(session),
        row_columns=views.difference_columns(),
        rows=[
            views.difference_row(one)
            for one in (problem.rows if isinstance(problem, DayNotClosable) else ())
        ],
    )
