"""Held lines on pages: leave lines of a signed file out, see which were, and release them."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.models import Batch
from service.batches.pages import session_id
from service.batches.withheld.queries import Held, of_file
from service.dispatch import queries, words
from service.dispatch.about import about_file
from service.dispatch.holding.forms import (
    REFUSALS,
    Holding,
    held_by_two,
    released,
    said_of,
    signed_of,
)
from service.dispatch.holding.words import ended, why
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Link, Row

router = APIRouter()
Text = Annotated[str, Form(max_length=1024)]


@router.get("/dispatch/{file_id}/hold")
def show_held(
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    reference: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """What was left out of one signed file, and the form that leaves out more."""
    require(officer, "dispatch.read", about_file(session, file_id))
    return _held(session, officer, file_id, Holding(references=reference))


@router.post("/dispatch/{file_id}/hold")
def decide(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    form: Annotated[Holding, Form()],
) -> Response:
    """Leave lines out of a signed file: the officer here, and a second one by password."""
    require(officer, "dispatch.send", about_file(session, file_id))
    try:
        held_by_two(request, officer, file_id, form)
    except REFUSALS as problem:
        return _held(session, officer, file_id, form, problem=problem)
    return RedirectResponse(f"/dispatch/{file_id}/hold", status_code=303)


@router.post("/dispatch/{file_id}/hold/release")
def end(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    reference: Text = "",
    reason: Text = "",
) -> Response:
    """Release a line that was left out: it may be issued again in a later list."""
    require(officer, "dispatch.send", about_file(session, file_id))
    try:
        with session.begin_nested():
            released(session, officer, file_id, reference, reason, session_id(request))
    except REFUSALS as problem:
        form = Holding(references=reference, reason=reason)
        return _held(session, officer, file_id, form, problem=problem, releasing=True)
    return RedirectResponse(f"/dispatch/{file_id}/hold", status_code=303)


def _held(
    session: Session,
    officer: Officer,
    file_id: UUID,
    given: Holding,
    *,
    problem: Problem | None = None,
    releasing: bool = False,
) -> Response:
    one = queries.one_listed(session, file_id)
    if one is None:
        raise NotFound("file")
    faults, wrong = said_of(problem)
    lines = of_file(session, signed_of(session, file_id))
    batch = session.get_one(Batch, one.file.batch_id)
    allowed = may(officer, "dispatch.send")
    open_now = [line for line in lines if line.line.ended_how is None]
    return page(
        "dispatch/held.html",
        status=problem.status if problem else 200,
        one=one,
        crumbs=[
            Link(gettext("Bank files"), "/dispatch"),
            Link(one.file.file_name, f"/dispatch/{file_id}"),
        ],
        columns=[
            Column(gettext("Our reference"), "code"),
            Column(gettext("Payee"), "name"),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("State")),
            Column(gettext("Why")),
            Column(gettext("Left out"), "moment"),
            Column(gettext("How it ended")),
        ],
        rows=[_row(line, batch) for line in lines],
        may_hold=allowed
        and batch.state == "signed"
        and one.file.state == "prepared"
        and one.file.intent_at is None,
        may_release=allowed and bool(open_now) and batch.state in ("sent", "answered"),
        faults=faults,
        wrong={} if releasing else wrong,
        wrong_release=wrong if releasing else {},
        given=Holding() if releasing else given,
        given_release=given if releasing else Holding(),
    )


def _row(one: Held, batch: Batch) -> Row:
    payment = one.payment
    return Row(
        (
            payment.reference,
            payment.payee_name,
            payment.amount_fen,
            words.payment_tag(payment.state),
            why(one),
            one.act.at,
            ended(one),
        ),
        href=f"/batches/{batch.batch_no}/lines/{payment.reference}",
    )
