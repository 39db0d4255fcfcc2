"""Pages of one exception and of what offices were given: answers, progress, a printed assignment."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches import queries
from service.batches.exceptions import decided, words
from service.batches.exceptions import progress as progressing
from service.batches.exceptions.answer import (
    CHARS_MAX,
    OUTCOMES,
    answer,
    ask_again,
    by_key,
    give_back,
    require_seen,
    task_of,
    withdraw,
)
from service.batches.exceptions.models import ExceptionAnswer
from service.batches.exceptions.pages import Choice
from service.batches.exceptions.problems import AnswerIncomplete, ExceptionOver
from service.batches.exceptions.rules import SEVERITY_OF
from service.batches.findings.words import evidence as evidence_pairs
from service.batches.findings.words import severity_tag
from service.batches.history import officer_names
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import ReasonMissing
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.ids import reference_of
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.filters import day, masked_name, moment, number, percent, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()


class ActForm(BaseModel):
    """What the forms of one exception send; ``act`` is the button that was pressed."""

    act: str = Field(default="", max_length=20)
    outcome: str = Field(default="", max_length=20)
    said: str = Field(default="", max_length=2_000)
    evidence: str = Field(default="", max_length=2_000)
    reason: str = Field(default="", max_length=2_000)


@router.get("/exceptions/progress")
def show_progress(session: Transaction, officer: SignedInOfficer, month: Choice = "") -> Response:
    """What each office was given, has done, and is late with; to be printed."""
    require(officer, "exceptions.read")
    rows = progressing.progress(session, month=month, officer=officer)
    given = progressing.assignments_of(session, officer=officer)
    return page(
        "batches/exceptions_progress.html",
        month=month,
        months=[Option("", gettext("all")), *(Option(one, one) for one in queries.months(session))],
        today=clock.today(),
        columns=_progress_columns(),
        rows=[_progress_row(session, one) for one in rows],
        letter_columns=[
            Column(gettext("Assignment"), "code"),
            Column(gettext("Office")),
            Column(gettext("Given"), "moment"),
            Column(gettext("Items"), "number"),
            Column(gettext("Amount"), "money", gettext("yuan")),
        ],
        letter_rows=[
            Row(
                [one.assignment_no, one.organisation, one.given_at, one.count, one.amount_fen],
                href=f"/exceptions/assignments/{one.assignment_no}",
            )
            for one in given
        ],
    )


@router.get("/exceptions/assignments/{assignment_no}")
def show_assignment(session: Transaction, officer: SignedInOfficer, assignment_no: str) -> Response:
    """One assignment as a sheet to print: what, by when, who answers for it, how far it is."""
    require(officer, "exceptions.read")
    one = progressing.by_no(session, assignment_no, officer)
    could = officer_names(session, {UUID(who) for who in one.answerable})
    giver = officer_names(session, {one.given_by})
    done = next(iter(progressing.progress(session, assignment=one.number)), None)
    return page(
        "batches/exceptions_assignment.html",
        one=one,
        pairs=[
            (gettext("Office"), one.organisation),
            (gettext("Who answers for it"), "、".join(could.values())),
            (gettext("Months"), "、".join(progressing.months_of(session, one))),
            (gettext("Given by"), giver.get(str(one.given_by), "")),
            (gettext("Given"), moment(one.given_at)),
            (gettext("Items"), number(one.count)),
            (gettext("Amount"), f"{yuan(one.amount_fen)} {gettext('yuan')}"),
            (gettext("Done"), percent(done.done_basis_points) if done else "—"),
            (gettext("Overdue"), number(done.overdue) if done else "—"),
        ],
        columns=[
            Column(gettext("Reason")),
            Column(gettext("What it means")),
            Column(gettext("What ends it")),
            Column(gettext("Given"), "number"),
            Column(gettext("Done"), "number"),
            Column(gettext("To be answered by")),
        ],
        rows=[
            Row(
                [
                    words.label(row.control), words.sentence(row.control), words.ends(row.control),
                    row.given, row.done, row.due_on.isoformat(),
                ]
            )
            for row in progressing.by_control(session, one)
        ],
    )  # fmt: skip


@router.get("/exceptions/decisions/{decision_no}")
def show_decision(session: Transaction, officer: SignedInOfficer, decision_no: str) -> Response:
    """One decision on many: who, when, why, how much, and the digest of its list."""
    require(officer, "batches.read")
    made = decided.by_no(session, decision_no, officer)
    who = officer_names(session, {made.decided_by})
    return page(
        "batches/exceptions_decision.html",
        made=made,
        pairs=[
            (gettext("Decided by"), who.get(str(made.decided_by), "")),
            (gettext("Decided"), moment(made.decided_at)),
            (gettext("Reason"), made.reason),
            (gettext("Items"), number(made.count)),
            (gettext("Lines"), number(made.lines)),
            (gettext("Amount"), f"{yuan(made.amount_fen)} {gettext('yuan')}"),
        ],
    )


@router.get("/exceptions/{key}")
def show_exception(session: Transaction, officer: SignedInOfficer, key: str) -> Response:
    """One exception: what it is, who was asked, what was answered."""
    require(officer, "exceptions.read")
    return _one(session, officer, key)


@router.post("/exceptions/{key}")
def act_on_exception(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    key: str,
    form: Annotated[ActForm, Form()],
) -> Response:
    """Answer it, give it back, ask again or take it away."""
    require(officer, "exceptions.read")
    session_id, reason = str(request.state.officer_session.id), form.reason
    try:
        with session.begin_nested():
            if form.act == "answer":
                answer(
                    session, key, outcome=form.outcome, said=form.said, evidence=form.evidence,
                    by=officer, session_id=session_id,
                )  # fmt: skip
            elif form.act == "give_back":
                give_back(session, key, reason=reason, by=officer, session_id=session_id)
            elif form.act == "ask_again":
                ask_again(session, key, reason=reason, by=officer, session_id=session_id)
            elif form.act == "withdraw":
                withdraw(session, key, reason=reason, by=officer, session_id=session_id)
            else:
                raise NotFound("act")
    except (AnswerIncomplete, ExceptionOver, ReasonMissing) as problem:
        return _one(session, officer, key, problem, form.model_dump())
    return RedirectResponse(f"/exceptions/{key}", status_code=303)


def _one(
    session: Session,
    officer: Officer,
    key: str,
    problem: Problem | None = None,
    kept: dict[str, str] | None = None,
) -> Response:
    one = by_key(session, key)
    require_seen(session, officer, one)
    task = task_of(session, one)
    is_open = one.cleared_at is None
    pairs, home = _pairs(session, one, officer)
    if task is not None:
        pairs += [
            (gettext("Office"), task.organisation),
            (gettext("To be answered by"), day(task.due_on)),
        ]
    own = task is not None and task.organisation == officer.organisation
    gives = task is not None and may(officer, "exceptions.assign")
    state = task.state if task is not None else ""
    field = "said" if isinstance(problem, AnswerIncomplete) else "reason"
    return page(
        "batches/exception.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field=field)] if problem else [],
        key=key,
        title=words.label(one.control),
        sentence=words.sentence(one.control),
        tag=severity_tag(SEVERITY_OF.get(one.control, "stop")),
        pairs=pairs,
        home=home,
        columns=_answer_columns(),
        answers=_answer_rows(session, task.id if task else 0),
        may_answer=is_open and own and state == "given" and may(officer, "exceptions.answer"),
        may_ask=is_open and gives and state in ("answered", "returned"),
        may_withdraw=gives,
        outcomes=[Option(code, words.outcome(code)) for code in OUTCOMES],
        kept=kept or ActForm().model_dump(),
        chars_max=CHARS_MAX,
    )  # fmt: skip


def _answer_columns() -> list[Column]:
    return [
        Column(gettext("Outcome")),
        Column(gettext("What was found")),
        Column(gettext("What it rests on")),
        Column(gettext("Answered by")),
        Column(gettext("Answered on"), "moment"),
    ]


def _answer_rows(session: Session, task_id: int) -> list[Row]:
    answers = session.scalars(
        select(ExceptionAnswer)
        .where(ExceptionAnswer.task_id == task_id)
        .order_by(ExceptionAnswer.id.desc())
    ).all()
    who = officer_names(session, {made.answered_by for made in answers})
    return [
        Row(
            [
                words.outcome(made.outcome), made.said, made.evidence,
                who.get(str(made.answered_by), ""), made.answered_at,
            ]
        )
        for made in answers
    ]  # fmt: skip


def _pairs(session: Session, one: object, officer: Officer) -> tuple[list[tuple[str, str]], str]:
    if isinstance(one, PaymentHold):
        payment = session.get_one(Payment, one.payment_id)
        batch = session.get_one(Batch, payment.batch_id)
        pairs = [
            (gettext("Programme"), programme_name(payment.programme)),
            (gettext("Line"), reference_of(payment.id)),
            (gettext("Payee"), masked_name(payment.payee_name)),
            (gettext("Amount"), f"{yuan(payment.amount_fen)} {gettext('yuan')}"),
        ]
        home = f"/batches/{batch.batch_no}/lines/{reference_of(payment.id)}"
    else:
        batch = session.get_one(Batch, one.batch_id)  # type: ignore[attr-defined]
        pairs = [(gettext("Programme"), programme_name(batch.programme))]
        home = f"/batches/{batch.batch_no}/findings/{one.control}"  # type: ignore[attr-defined]
    pairs += [
        (gettext("Batch"), batch.batch_no),
        (gettext("Found"), moment(one.found_at)),  # type: ignore[attr-defined]
        (gettext("What ends it"), words.ends(one.control)),  # type: ignore[attr-defined]
        *evidence_pairs(one.evidence),  # type: ignore[attr-defined]
    ]
    if one.cleared_at is not None:  # type: ignore[attr-defined]
        pairs.append((gettext("Ended"), moment(one.cleared_at)))  # type: ignore[attr-defined]
    return pairs, home if may(officer, "batches.read") else ""


def _progress_columns() -> list[Column]:
    return [
        Column(gettext("Office")),
        Column(gettext("Who answers for it")),
        Column(gettext("Given"), "number"),
        Column(gettext("Done"), "number"),
        Column(gettext("Share")),
        Column(gettext("Overdue"), "number"),
        Column(gettext("Given back"), "number"),
        Column(gettext("Oldest open since"), "day"),
        Column(gettext("Last day"), "day"),
    ]


def _progress_row(session: Session, one: progressing.Progress) -> Row:
    return Row(
        [
            one.organisation,
            progressing.who_answers(session, one.organisation) or "—",
            one.given,
            one.done,
            percent(one.done_basis_points),
            one.overdue,
            one.returned,
            one.oldest,
            one.last_due_on,
        ],
        href=f"/exceptions?month=&organisation={one.organisation}",
        tone="bad" if one.overdue else "",
    )
