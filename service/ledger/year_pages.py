"""The end of a budget year: what closing it would do, and asking another officer for it."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation import clock
from service.ledger import words
from service.ledger.asks.ask import AskRefused
from service.ledger.close_year import ask_to_close_year, preview
from service.ledger.pages import tabs
from service.ledger.settle_held import HeldEnd, ask_to_settle_held, preview_held
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Row

router = APIRouter()
api_router = APIRouter(prefix="/api/ledger", tags=["ledger"])
Year = Annotated[int, Query(ge=2000, le=2200)]
_Year = Annotated[int, Form(ge=2000, le=2200)]
_Reason = Annotated[str, Form(max_length=400)]


class YearEndOut(BaseModel):
    """What closing a year does to one programme, in fen."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)
    programme: str
    appropriated_fen: int
    unspent_fen: int = Field(description="Goes back to its sources.")
    committed_fen: int = Field(description="Stays committed and is paid next year.")
    in_transit_fen: int
    held_fen: int = Field(description="Came back; settled by its sources' rules, see /held.")
    back_to: dict[str, int]


@api_router.get("/year-end")
def read_year_end(session: Transaction, officer: SignedInOfficer, year: Year) -> list[YearEndOut]:
    """What closing a year would do, by programme."""
    require(officer, "ledger.read")
    return [YearEndOut.model_validate(one) for one in preview(session, year)]


class HeldEndOut(BaseModel):
    """What settling a year does to what a programme holds, by source, in fen."""

    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)
    programme: str
    to_treasury: dict[str, int]
    carried_over: dict[str, int]


@api_router.get("/year-end/held")
def read_year_end_held(
    session: Transaction, officer: SignedInOfficer, year: Year
) -> list[HeldEndOut]:
    """What settling the returned money of a year would do, by programme and source."""
    require(officer, "ledger.read")
    return [HeldEndOut.model_validate(one) for one in preview_held(session, year)]


@router.get("/ledger/year-end")
def show_year_end(
    session: Transaction, officer: SignedInOfficer, year: Year | None = None
) -> Response:
    """What closing a year would do, before anybody asks for it."""
    require(officer, "ledger.read")
    return _shown(session, officer, year or clock.today().year - 1)


@router.post("/ledger/year-end")
def ask_year_end(
    session: Transaction, officer: SignedInOfficer, year: _Year, reason: _Reason = ""
) -> Response:
    """Ask another officer to close a year."""
    return _ask(session, officer, year, reason, ask_to_close_year)


@router.post("/ledger/year-end/held")
def ask_year_end_held(
    session: Transaction, officer: SignedInOfficer, year: _Year, reason: _Reason = ""
) -> Response:
    """Ask another officer to settle the returned money of a year."""
    return _ask(session, officer, year, reason, ask_to_settle_held)


def _ask(
    session: Session, officer: Officer, year: int, reason: str, ask: Callable[..., object]
) -> Response:
    require(officer, "ledger.ask")
    try:
        ask(session, year, reason=reason, by=officer)
    except AskRefused as problem:
        return _shown(session, officer, year, problem)
    return RedirectResponse("/reconciliation/asks", status_code=303)


def _shown(
    session: Session, officer: Officer, year: int, problem: AskRefused | None = None
) -> Response:
    found = preview(session, year)
    held = preview_held(session, year)
    is_over = clock.today().year > year
    sums = [
        sum(getattr(one, name) for one in found)
        for name in (
            "appropriated_fen",
            "unspent_fen",
            "committed_fen",
            "in_transit_fen",
            "held_fen",
        )
    ]
    return page(
        "ledger/year_end.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        tabs=tabs(),
        year=year,
        columns=[
            Column(gettext("Programme")),
            Column(gettext("Appropriated"), "money", unit=gettext("yuan")),
            Column(gettext("Unspent, goes back"), "money", unit=gettext("yuan")),
            Column(gettext("Committed, stays"), "money", unit=gettext("yuan")),
            Column(gettext("In transit, stays"), "money", unit=gettext("yuan")),
            Column(gettext("Came back, held"), "money", unit=gettext("yuan")),
        ],
        rows=[
            Row(
                (
                    words.programme(one.programme),
                    one.appropriated_fen,
                    one.unspent_fen,
                    one.committed_fen,
                    one.in_transit_fen,
                    one.held_fen,
                )
            )
            for one in found
        ],
        footer=[gettext("Together"), *sums],
        may_ask=may(officer, "ledger.ask") and sums[1] > 0 and is_over,
        **_held_table(held),
        may_settle=may(officer, "ledger.ask") and bool(held) and is_over,
    )


def _held_table(held: list[HeldEnd]) -> dict[str, Any]:
    """Return the table of what settling the returned money would do."""
    return {
        "held_columns": [
            Column(gettext("Programme")),
            Column(gettext("Fund source")),
            Column(gettext("Back to the treasury"), "money", unit=gettext("yuan")),
            Column(gettext("Carried over"), "money", unit=gettext("yuan")),
        ],
        "held_rows": [
            Row(
                (
                    words.programme(one.programme),
                    source or gettext("no source named"),
                    one.to_treasury.get(source),
                    one.carried_over.get(source),
                )
            )
            for one in held
            for source in sorted({*one.to_treasury, *one.carried_over})
        ],
        "held_footer": [
            gettext("Together"),
            None,
            sum(one.to_treasury_fen for one in held),
            sum(one.carried_over_fen for one in held),
        ],
    }
