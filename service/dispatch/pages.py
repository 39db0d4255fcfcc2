"""Bank files: where each is, what that means, and letting an unknown one be sent again."""

from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from bank_adapters.transport import BankUnreachable
from service.audit.moves import IllegalMove
from service.batches.release import ReasonMissing
from service.dispatch import queries, words
from service.dispatch.about import about_file, files_seen_by
from service.dispatch.days_view import days_of_banks, said_of_file
from service.dispatch.history import event_of
from service.dispatch.queries import FileListed
from service.dispatch.recall.lifecycle import WITH_THE_BANK
from service.dispatch.recall.problems import RecallPending
from service.dispatch.recall.queries import of_file
from service.dispatch.recall.words import state_tag as recall_tag
from service.dispatch.resolve import StillUnknown, TwoPeopleNeeded, release_resend
from service.dispatch.second_officer import confirm
from service.foundation.problems import NotFound, Problem
from service.ledger.models import BankChannel
from service.officers import queries as officer_queries
from service.officers.may import NotAllowed, may, require
from service.officers.models import Officer
from service.officers.passwords import Busy
from service.officers.sign_in import SignInRefused
from service.officers.signed_in import SignedInOfficer
from service.officers.throttle import TooManyAttempts
from service.web import filters, navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction, opener
from service.web.view_models import Column, Fault, Figure, Link, Row

router = APIRouter()
navigation.register("dispatch", translatable("Bank files"), "/dispatch", act="dispatch.read")
Text = Annotated[str, Form(max_length=1024)]
_MOVING = ("unknown", "sending", "prepared", "delivered")


class BankSilentNow(Problem):
    """The bank could not be looked at, so nothing may be sent again."""

    code = "bank_silent_now"
    status = 502
    title = "The bank cannot be asked at this moment"

    def __init__(self) -> None:
        super().__init__(
            "The bank's server does not answer, so it cannot be seen that the file is not there; nothing was sent. Try again later.",
            "银行服务器没有应答，无法确认文件不在银行，未重新发送，请稍后再试。",
        )


def unknown_files(session: Session, officer: Officer) -> list[WaitingItem]:
    """Files of which nobody knows whether the bank has them, for those who may decide."""
    if not may(officer, "dispatch.send"):
        return []
    seen = files_seen_by(officer, "dispatch.send")
    unknown = queries.in_states(session, "unknown", seen=seen)
    since = min((file.intent_at for file in unknown if file.intent_at), default=None)
    return [
        WaitingItem(
            ngettext(
                "Bank file of which it is unknown whether the bank has it",
                "Bank files of which it is unknown whether the bank has them",
                len(unknown),
            ),
            len(unknown),
            "/dispatch?state=unknown",
            since,
        )
    ]


@router.get("/dispatch")
def show_files(
    session: Transaction,
    officer: SignedInOfficer,
    state: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Every bank file, those first that may need somebody."""
    require(officer, "dispatch.read")
    if state and state not in words.STATES:
        raise NotFound("page")
    seen = files_seen_by(officer)
    counted = queries.totals(session, seen)
    total = sum(files for name, (files, _) in counted.items() if state in ("", name))
    return page(
        "dispatch/files.html",
        fragment="files",
        finished=not any(name in counted for name in _MOVING),
        state=state,
        figures=_figures(counted),
        meaning=words.meaning(state) if state else "",
        unknown=counted.get("unknown", (0, 0))[0],
        columns=_columns(),
        rows=[_row(one) for one in queries.listed(session, state=state, page=number, seen=seen)],
        number=number,
        pages=max(1, -(-total // queries.FILES_PER_PAGE)),
        total=total,
        moving=any(name in counted for name in _MOVING),
        days=days_of_banks(session, seen),
    )


@router.get("/dispatch/{file_id}")
def show_file(session: Transaction, officer: SignedInOfficer, file_id: UUID) -> Response:
    """One bank file: its digest, its payments, and what happened."""
    require(officer, "dispatch.read")
    require(officer, "dispatch.read", about_file(session, file_id))
    return _file(session, officer, file_id)


@router.post("/dispatch/{file_id}/resend")
def resend(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    reason: Text = "",
    username: Text = "",
    password: Text = "",
) -> Response:
    """Let an unknown file be sent again: the officer here, and a second one by password."""
    require(officer, "dispatch.send")
    require(officer, "dispatch.send", about_file(session, file_id))
    try:
        if not reason.strip():
            raise ReasonMissing
        second = confirm(opener(request), username, password)
        with opener(request)() as deciding:
            _release(deciding, file_id, officer.id, second, reason)
    except _REFUSALS as problem:
        return _file(session, officer, file_id, problem=problem, reason=reason, username=username)
    return RedirectResponse(f"/dispatch/{file_id}", status_code=303)


_REFUSALS = (
    ReasonMissing,
    SignInRefused,
    TooManyAttempts,
    Busy,
    NotAllowed,
    TwoPeopleNeeded,
    StillUnknown,
    RecallPending,
    IllegalMove,
    BankSilentNow,
)


def _release(session: Session, file_id: UUID, first: UUID, second: UUID, reason: str) -> None:
    file = queries.locked(session, file_id)
    # Both as they are now: the password and the lock took their time.
    by, and_by = (officer_queries.by_id(session, one) for one in (first, second))
    if by is None or and_by is None:
        raise SignInRefused
    try:
        release_resend(session, file, by=by, and_by=and_by, reason=reason)
    except BankUnreachable:
        raise BankSilentNow from None


def _figures(counted: Mapping[str, tuple[int, int]]) -> list[Figure]:
    return [
        Figure(
            words.state_tag(state).text,
            filters.number(counted[state][0]),
            note=gettext("%(yuan)s yuan") % {"yuan": filters.yuan(counted[state][1])},
            href=f"/dispatch?state={state}",
            tone="bad" if state == "unknown" else "",
        )
        for state in queries.ATTENTION
        if state in counted
    ]


def _columns() -> list[Column]:
    return [
        Column(gettext("File")),
        Column(gettext("State")),
        Column(gettext("Bank")),
        Column(gettext("Payments"), "number"),
        Column(gettext("Amount"), "money", unit=gettext("yuan")),
        Column("SHA-256", "code"),
        Column(gettext("Handed over"), "moment"),
    ]


def _row(one: FileListed) -> Row:
    file = one.file
    cells = (
        file.file_name,
        words.state_tag(file.state),
        one.bank,
        file.count,
        file.amount_fen,
        f"{file.sha256[:12]}…",
        file.sent_at or file.intent_at,
    )
    return Row(cells, f"/dispatch/{file.id}", tone="bad" if file.state == "unknown" else "")


def _file(
    session: Session,
    officer: Officer,
    file_id: UUID,
    *,
    problem: Problem | None = None,
    reason: str = "",
    username: str = "",
) -> Response:
    one = queries.one_listed(session, file_id)
    if one is None:
        raise NotFound("file")
    said = problem.say(visit().language) if problem else ""
    field = _field(problem)
    return page(
        "dispatch/file.html",
        status=problem.status if problem else 200,
        one=one,
        tag=words.state_tag(one.file.state),
        meaning=words.meaning(one.file.state),
        said_of_day=said_of_file(one.file, session.get_one(BankChannel, one.file.channel_id)),
        crumbs=[Link(gettext("Bank files"), "/dispatch")],
        payments=[
            Row((words.payment_tag(state), count, amount_fen))
            for state, (count, amount_fen) in queries.payments_of(session, one.file).items()
        ],
        payment_columns=[
            Column(gettext("State")),
            Column(gettext("Payments"), "number"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
        ],
        events=[
            event_of(session, entry, words.act) for entry in queries.history(session, one.file)
        ],
        recalls=[
            Row(
                (one.reference, recall_tag(one.state), one.count, one.amount_fen, one.asked_at),
                href=f"/dispatch/recalls/{one.id}",
            )
            for one in of_file(session, one.file)
        ],
        recall_columns=[
            Column(gettext("Recall")),
            Column(gettext("State")),
            Column(gettext("Payments"), "number"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("Decided"), "moment"),
        ],
        may_recall=one.file.state in WITH_THE_BANK and may(officer, "dispatch.send"),
        may_resend=one.file.state == "unknown" and may(officer, "dispatch.send"),
        faults=[Fault(said, field=field)] if problem else [],
        wrong={field: said} if field else {},
        reason=reason,
        username=username,
    )


def _field(problem: Problem | None) -> str:
    if isinstance(problem, ReasonMissing):
        return "reason"
    return "username" if isinstance(problem, SignInRefused | TooManyAttempts) else ""
