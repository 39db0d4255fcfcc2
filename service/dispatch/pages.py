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
from service.dispatch.by_hand.views import tag_of
from service.dispatch.days_view import days_of_banks
from service.dispatch.file_page import file_page
from service.dispatch.queries import FileListed
from service.dispatch.recall.problems import RecallPending
from service.dispatch.resolve import CarriedByClerk, StillUnknown, TwoPeopleNeeded, release_resend
from service.dispatch.second_officer import confirm
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers.may import NotAllowed, may, require
from service.officers.models import Officer
from service.officers.passwords import Busy
from service.officers.sign_in import SignInRefused
from service.officers.signed_in import SignedInOfficer
from service.officers.throttle import TooManyAttempts
from service.web import filters, navigation
from service.web.language import gettext, ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction, opener
from service.web.view_models import Column, Figure, Row

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
    # What a clerk carries waits on a line of its own.
    unknown = queries.in_states(session, "unknown", seen=seen & queries.looked_for())
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
    return file_page(session, officer, file_id)


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
            release_by(deciding, file_id, officer.id, second, reason)
    except _REFUSALS as problem:
        kept = {"reason": reason, "username": username}
        return file_page(session, officer, file_id, problem=problem, kept=kept)
    return RedirectResponse(f"/dispatch/{file_id}", status_code=303)


_REFUSALS = (
    ReasonMissing,
    SignInRefused,
    TooManyAttempts,
    Busy,
    NotAllowed,
    TwoPeopleNeeded,
    CarriedByClerk,
    StillUnknown,
    RecallPending,
    IllegalMove,
    BankSilentNow,
)


def release_by(session: Session, file_id: UUID, first: UUID, second: UUID, reason: str) -> None:
    """Let a file be sent again by two officers as they are now; raises every one of ``_REFUSALS``."""
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
        tag_of(file, one.channel) or words.state_tag(file.state),
        one.bank,
        file.count,
        file.amount_fen,
        f"{file.sha256[:12]}…",
        file.sent_at or file.intent_at,
    )
    bad = file.state == "unknown" and one.channel.kind != "folder"
    return Row(cells, f"/dispatch/{file.id}", tone="bad" if bad else "")
