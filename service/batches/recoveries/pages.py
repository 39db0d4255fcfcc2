"""Pages of recoveries: the list with its look back, and one case with its acts."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.about import about_case, cases_seen_by
from service.batches.mending.run import look_back
from service.batches.recoveries import queries, words
from service.batches.recoveries.case_view import case_page, last_look_back, list_part
from service.batches.recoveries.decide import agree, notify
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.receive import receive
from service.batches.recoveries.write_off import approve_write_off
from service.foundation import clock
from service.foundation.money import fen_from_yuan
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.officers.may import may, require
from service.officers.reach import require_unlimited
from service.officers.signed_in import SignedInOfficer
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Option

router = APIRouter()
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]
Choice = Annotated[str, Query(max_length=40)]
Text = Annotated[str, Form(max_length=500)]
Short = Annotated[str, Form(max_length=40)]
Day = Annotated[date, Form()]

navigation.register("recoveries", translatable("Recoveries"), "/recoveries", act="recoveries.read")


@router.get("/recoveries")
def show_cases(
    session: Transaction, officer: SignedInOfficer, state: Choice = "", page_no: PageNumber = 1
) -> Response:
    """Every case, the newest first, and the look back that finds them."""
    require(officer, "recoveries.read")
    return _list_page(session, officer, state=state, page_no=page_no)


@router.post("/recoveries")
def begin_look_back(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    month: Short = "",
    since: Short = "",
) -> Response:
    """Look at past months again, as they are known now."""
    require_unlimited(officer, "assessment.run")
    require_unlimited(officer, "batches.build")
    try:
        with session.begin_nested():
            look_back(
                session,
                Month.parse(month),
                by=officer.actor(_session_id(request)),
                since=Month.parse(since) if since else None,
            )
    except Problem as problem:
        return _list_page(session, officer, problem=problem)
    return RedirectResponse("/recoveries", status_code=303)


@router.get("/recoveries/{case_no}")
def show_case(session: Transaction, officer: SignedInOfficer, case_no: str) -> Response:
    """One case: its months, what came back, and what may be done next."""
    require(officer, "recoveries.read")
    case = queries.by_no(session, case_no)
    require(officer, "recoveries.read", about_case(session, case))
    return _case_page(session, case)


@router.post("/recoveries/{case_no}/notify")
def tell_resident(
    request: Request, session: Transaction, officer: SignedInOfficer, case_no: str, on: Day,
    how: Text = "",
) -> Response:  # fmt: skip
    """Keep that the resident was told."""

    def act(case: RecoveryCase) -> None:
        notify(session, case, on=on, how=how, by=officer, session_id=_session_id(request))

    return _act(session, case_no, act)


@router.post("/recoveries/{case_no}/agree")
def agree_terms(
    request: Request, session: Transaction, officer: SignedInOfficer, case_no: str,
    share: Annotated[int, Form()], monthly: Short = "", first: Short = "", reason: Text = "",
) -> Response:  # fmt: skip
    """Agree that later payments are reduced."""

    def act(case: RecoveryCase) -> None:
        agree(
            session,
            case,
            share_percent=share,
            reason=reason,
            by=officer,
            monthly_fen=fen_from_yuan(monthly) if monthly else None,
            first_month=Month.parse(first) if first else None,
            session_id=_session_id(request),
        )

    return _act(session, case_no, act)


@router.post("/recoveries/{case_no}/receive")
def receive_money(
    request: Request, session: Transaction, officer: SignedInOfficer, case_no: str, on: Day,
    amount: Short = "", reference: Short = "",
) -> Response:  # fmt: skip
    """Record money that was paid back."""

    def act(case: RecoveryCase) -> None:
        receive(
            session,
            case,
            amount_fen=fen_from_yuan(amount),
            on=on,
            reference=reference,
            by=officer,
            session_id=_session_id(request),
        )

    return _act(session, case_no, act)


@router.post("/recoveries/{case_no}/write-off")
def write_off(
    request: Request, session: Transaction, officer: SignedInOfficer, case_no: str,
    reason: Text = "",
) -> Response:  # fmt: skip
    """Approve that what is left is given up."""

    def act(case: RecoveryCase) -> None:
        approve_write_off(session, case, reason=reason, by=officer, session_id=_session_id(request))

    return _act(session, case_no, act)


def _act(session: Session, case_no: str, act: Callable[[RecoveryCase], None]) -> Response:
    case = queries.by_no(session, case_no, locked=True)
    try:
        with session.begin_nested():
            act(case)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        session.refresh(case)
        return _case_page(session, case, problem)
    return RedirectResponse(f"/recoveries/{case.case_no}", status_code=303)


def _case_page(session: Session, case: RecoveryCase, problem: Problem | None = None) -> Response:
    return page(
        "batches/recovery.html",
        status=problem.status if problem else 200,
        view=case_page(session, case),
        faults=_faults(problem),
        today=clock.today().isoformat(),
    )


def _list_page(
    session: Session,
    officer: SignedInOfficer,
    *,
    state: str = "",
    page_no: int = 1,
    problem: Problem | None = None,
) -> Response:
    columns, rows, total, pages = list_part(
        session, state=state, page=page_no, seen=cases_seen_by(officer)
    )
    return page(
        "batches/recoveries.html",
        status=problem.status if problem else 200,
        columns=columns,
        rows=rows,
        total=total,
        pages=pages,
        page_no=page_no,
        state=state,
        states=[Option("", gettext("all"))]
        + [Option(one, words.state_tag(one).text) for one in words.STATES],
        faults=_faults(problem),
        looked=last_look_back(session),
        may_look_back=may(officer, "assessment.run"),
        month=str(Month.of(clock.today())),
    )


def _faults(problem: Problem | None) -> list[Fault]:
    return [Fault(problem.say(visit().language))] if problem else []


def _session_id(request: Request) -> str:
    return str(request.state.officer_session.id)
