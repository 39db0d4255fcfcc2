"""The page of a list that the year's money does not cover: how short, what each gets, and the split."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.assessment import paid
from service.batches import queries
from service.batches.about import require_seen
from service.batches.instalments.dividers import why_not
from service.batches.instalments.problems import (
    NotBeforeReview,
    NotShort,
    NotYoursToDivide,
    ShareUnusable,
)
from service.batches.instalments.queries import hundredths, preview, splits_of, waiting_of
from service.batches.instalments.short import shortage
from service.batches.instalments.split import split
from service.batches.instalments.told import in_parts
from service.batches.models import Batch
from service.foundation.money import fen_from_yuan
from service.foundation.problems import Problem
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.filters import moment, number, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Row

router = APIRouter()
paid.register(in_parts)
Amount = Annotated[str, Query(max_length=30)]


@router.get("/batches/{batch_no}/instalments")
def show(
    session: Transaction, officer: SignedInOfficer, batch_no: str, amount: Amount = ""
) -> Response:
    """How the year's money stands for a list, and what each line would get."""
    batch = _batch(session, officer, batch_no)
    try:
        return _page(session, officer, batch, _fen(batch, amount) if amount else None)
    except ShareUnusable as problem:
        return _page(session, officer, batch, None, problem)


@router.post("/batches/{batch_no}/instalments")
def divide(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    amount: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    """Pay everybody the same share now; the rest waits for the appropriation."""
    batch = _batch(session, officer, batch_no)
    by = str(request.state.officer_session.id)
    try:
        with session.begin_nested():
            now_fen = _fen(batch, amount) if amount else None
            split(session, batch, by=officer, now_fen=now_fen, session_id=by)
    except (NotBeforeReview, NotShort, NotYoursToDivide, ShareUnusable) as problem:
        return _page(session, officer, batch, None, problem)
    return RedirectResponse(f"/batches/{batch.batch_no}/instalments", status_code=303)


def _batch(session: Session, officer: Officer, batch_no: str) -> Batch:
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    return batch


def _fen(batch: Batch, amount: str) -> int:
    try:
        return fen_from_yuan(amount)
    except Problem:
        raise ShareUnusable(batch, 0) from None


def _page(
    session: Session,
    officer: Officer,
    batch: Batch,
    now_fen: int | None,
    problem: Problem | None = None,
) -> Response:
    money = shortage(session, batch)
    hindered = why_not(session, batch, officer)
    now = money.share_fen if now_fen is None else now_fen
    usable = money.is_short and 0 < now <= money.share_fen
    if money.is_short and not usable and problem is None:
        problem = ShareUnusable(batch, money.share_fen)
    return page(
        "batches/instalments.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="amount")] if problem else [],
        batch=batch,
        money=_money(money),
        is_short=money.is_short,
        now_yuan=yuan(now).replace(",", ""),
        hindered=hindered.say(visit().language) if hindered else "",
        usable=usable,
        percent=hundredths(now * 10_000 // money.wanted_fen) if money.wanted_fen else "0",
        columns=[
            Column(gettext("Reference"), "code"),
            Column(gettext("Payee"), "name"),
            Column(gettext("Due in full"), "money", gettext("yuan")),
            Column(gettext("Now"), "money", gettext("yuan")),
            Column(gettext("Later"), "money", gettext("yuan")),
        ],
        rows=_preview_rows(session, batch, now) if usable else [],
        made=_made(session, batch),
        waiting=waiting_of(session, batch),
    )


def _money(money: Any) -> list[tuple[str, str]]:
    return [
        (gettext("Left of the year's appropriation"), _yuan(money.left_fen)),
        (gettext("This list would pay"), _yuan(money.wanted_fen)),
        (gettext("All open lists of the programme would pay"), _yuan(money.asked_fen)),
        (gettext("This list's share of what is left"), _yuan(money.share_fen)),
    ]


def _yuan(fen: int) -> str:
    return gettext("%(amount)s yuan") % {"amount": yuan(fen)}


def _preview_rows(session: Session, batch: Batch, now: int) -> list[Row]:
    return [
        Row([one.reference, one.payee_name, one.due_fen, one.now_fen, one.due_fen - one.now_fen])
        for one in preview(session, batch, now)
    ]


def _made(session: Session, batch: Batch) -> list[str]:
    said = gettext(
        "%(at)s, divided: %(now)s of %(due)s yuan are for now, %(percent)s%% for each of %(lines)s lines; %(later)s yuan wait"
    )
    return [
        said
        % {
            "at": moment(one.made_at),
            "now": yuan(one.now_fen),
            "due": yuan(one.due_fen),
            "percent": hundredths(one.now_fen * 10_000 // one.due_fen),
            "lines": number(one.lines),
            "later": yuan(one.due_fen - one.now_fen),
        }
        for one in splits_of(session, batch)
    ]
