"""One bank day, its closings and re-openings, and the acts on the books that two people have to want."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.audit.readers import officer_names
from service.foundation.problems import NotFound, Problem
from service.ledger import words as ledger_words
from service.ledger.asks.ask import AskRefused, one_ask, waiting_asks
from service.ledger.asks.models import FinanceAnswer, FinanceAsk
from service.ledger.asks.reverse import ask_to_reverse
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import queries, views, words
from service.reconciliation.day_view import DayFigures, day_figures
from service.reconciliation.decide_asks import decide
from service.reconciliation.models import StatementLine
from service.reconciliation.reopen_day import ask_to_reopen
from service.reconciliation.tabs import tabs
from service.reconciliation.write_off import ask_to_write_off, writable
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Link, Row, Tone

router = APIRouter()
Reason = Annotated[str, Form(max_length=400)]


@router.get("/reconciliation/days/{channel}/{day}")
def show_day(session: Transaction, officer: SignedInOfficer, channel: str, day: date) -> Response:
    """One day: the bank's figures, ours beside them, what differs, and how it was closed."""
    require(officer, "reconciliation.read")
    return _day(session, officer, channel, day)


@router.post("/reconciliation/days/{channel}/{day}/reopen")
def ask_reopen(
    session: Transaction, officer: SignedInOfficer, channel: str, day: date, reason: Reason = ""
) -> Response:
    """Ask another officer to re-open a closed day."""
    require(officer, "ledger.ask")
    figures = _figures(session, channel, day)
    try:
        ask_to_reopen(session, figures.channel, day, reason=reason, by=officer)
    except AskRefused as problem:
        return _day(session, officer, channel, day, problem)
    return RedirectResponse("/reconciliation/asks", status_code=303)


@router.post("/reconciliation/lines/{line_id}/write-off")
def ask_write_off(
    session: Transaction, officer: SignedInOfficer, line_id: int, reason: Reason = ""
) -> Response:
    """Ask another officer to give a movement of nobody up."""
    require(officer, "ledger.ask")
    line = session.get(StatementLine, line_id) if 0 < line_id < 2**63 else None
    if line is None:
        raise NotFound("line")
    ask_to_write_off(session, line, reason=reason, by=officer)
    return RedirectResponse("/reconciliation/asks", status_code=303)


@router.post("/ledger/entries/{entry_id}/reverse")
def ask_reverse(
    session: Transaction, officer: SignedInOfficer, entry_id: UUID, reason: Reason = ""
) -> Response:
    """Ask another officer to take a wrong entry back."""
    require(officer, "ledger.ask")
    ask_to_reverse(session, entry_id, reason=reason, by=officer)
    return RedirectResponse("/reconciliation/asks", status_code=303)


@router.get("/reconciliation/asks")
def show_asks(session: Transaction, officer: SignedInOfficer) -> Response:
    """What waits for a second officer, and what was decided lately."""
    require(officer, "ledger.read")
    return _asks(session, officer)


@router.post("/reconciliation/asks/{ask_id}/{answer}")
def answer_ask(
    session: Transaction, officer: SignedInOfficer, ask_id: UUID, answer: str
) -> Response:
    """Confirm, and have it done, or refuse."""
    require(officer, "ledger.confirm")
    if answer not in {"confirm", "refuse"}:
        raise NotFound("page")
    asked = one_ask(session, ask_id)
    try:
        with session.begin_nested():
            decide(session, asked, confirmed=answer == "confirm", by=officer)
    except Problem as problem:
        return _asks(session, officer, problem)
    return RedirectResponse("/reconciliation/asks", status_code=303)


def _figures(session: Session, code: str, day: date) -> DayFigures:
    bank = queries.channel_by_code(session, code)
    figures = day_figures(session, bank, day) if bank is not None else None
    if figures is None:
        raise NotFound("day")
    return figures


def _day(
    session: Session, officer: Officer, code: str, day: date, problem: Problem | None = None
) -> Response:
    figures = _figures(session, code, day)
    is_chinese = visit().language == "zh"
    names = officer_names(session, [one.closed_by for one in figures.closings])
    return page(
        "reconciliation/day.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        tabs=tabs(),
        one=figures,
        crumbs=[Link(gettext("Bank days"), "/reconciliation/days")],
        alarms=[
            *((one.sentence_zh if is_chinese else one.sentence) for one in figures.broken),
            *(words.late(one) for one in figures.late),
        ],
        side_columns=_side_columns(),
        sides=_sides(figures),
        row_columns=views.difference_columns(),
        rows=[views.difference_row(one) for one in figures.rows],
        closing_columns=[
            Column(gettext("Closing"), "number"),
            Column(gettext("Closed"), "moment"),
            Column(gettext("By")),
            Column(gettext("Balance"), "money", unit=gettext("yuan")),
            Column(gettext("State")),
        ],
        closings=[
            Row(
                (
                    one.closing_no,
                    one.closed_at,
                    names.get(one.closed_by, one.closed_by),
                    one.closing_fen,
                    gettext("in force")
                    if figures.in_force and one.id == figures.in_force.id
                    else gettext("re-opened"),
                )
            )
            for one in figures.closings
        ],
        changes=[
            (
                change.after.closing_no,
                [
                    Row((words.matched(name), *before, *after))
                    for name, (before, after) in change.kinds.items()
                ],
                [
                    Link(
                        f"{one.number} {ledger_words.event(one.event_type)}",
                        f"/ledger/entries/{one.id}",
                    )
                    for one in change.entries
                ],
            )
            for change in figures.changes
        ],
        change_columns=[
            Column(gettext("Movement")),
            Column(gettext("Movements before"), "number"),
            Column(gettext("Before"), "money", unit=gettext("yuan")),
            Column(gettext("Movements after"), "number"),
            Column(gettext("After"), "money", unit=gettext("yuan")),
        ],
        may_close=may(officer, "reconciliation.close_day") and figures.in_force is None,
        may_reopen=may(officer, "ledger.ask") and figures.in_force is not None,
    )


def _side_columns() -> list[Column]:
    return [
        Column(gettext("Movement")),
        Column(gettext("Statement, movements"), "number"),
        Column(gettext("Statement"), "money", unit=gettext("yuan")),
        Column(gettext("Ledger, entries"), "number"),
        Column(gettext("Ledger"), "money", unit=gettext("yuan")),
    ]


_EVENT_OF = {
    "file": "statement.debited",
    "return": "statement.returned",
    "return_undone": "statement.return_undone",
    "unidentified": "statement.unidentified",
}


def _sides(one: DayFigures) -> list[Row]:
    """Opening, every kind that moved, closing: the bank's figure and ours side by side."""
    rows = [
        Row((gettext("Opening balance"), None, one.said_opening_fen, None, one.booked_opening_fen))
    ]
    rest = dict(one.booked)
    for matched, (count, fen) in one.said.items():
        ours = rest.pop(_EVENT_OF.get(matched, ""), [0, 0])
        tone: Tone = "" if fen == ours[1] else "bad"
        rows.append(Row((words.matched(matched), count, fen, ours[0], ours[1]), tone=tone))
    for event, (count, fen) in rest.items():
        if event != "channel.funded":
            rows.append(Row((ledger_words.event(event), None, None, count, fen), tone="bad"))
        else:
            rows.append(Row((ledger_words.event(event), None, None, count, fen)))
    tone = "bad" if one.differs_fen else ""
    closing = (gettext("Closing balance"), None, one.said_closing_fen, None, one.booked_closing_fen)
    rows.append(Row(closing, tone=tone))
    return rows


def _asks(session: Session, officer: Officer, problem: Problem | None = None) -> Response:
    waiting = waiting_asks(session)
    decided = session.execute(
        select(FinanceAsk, FinanceAnswer)
        .join(FinanceAnswer, FinanceAnswer.ask_id == FinanceAsk.id)
        .order_by(FinanceAnswer.answered_at.desc())
        .limit(50)
    ).all()
    people = {
        *(str(one.asked_by) for one in waiting),
        *(str(one) for asked, said in decided for one in (asked.asked_by, said.answered_by)),
    }
    names = officer_names(session, people)
    return page(
        "reconciliation/asks.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        tabs=tabs(),
        waiting=[
            (one, words.asked(one), names.get(str(one.asked_by), ""), one.asked_by == officer.id)
            for one in waiting
        ],
        may_answer=may(officer, "ledger.confirm"),
        of_nobody=writable(session) if may(officer, "ledger.ask") else [],
        columns=[
            Column(gettext("What")),
            Column(gettext("Amount"), "money", unit=gettext("yuan")),
            Column(gettext("Reason")),
            Column(gettext("Asked by")),
            Column(gettext("Answer")),
            Column(gettext("By")),
            Column(gettext("Time"), "moment"),
        ],
        rows=[
            Row(
                (
                    words.asked(asked),
                    asked.amount_fen,
                    asked.reason,
                    names.get(str(asked.asked_by), ""),
                    words.answered(said.answer),
                    names.get(str(said.answered_by), ""),
                    said.answered_at,
                )
            )
            for asked, said in decided
        ],
    )
