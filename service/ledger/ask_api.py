"""Asking for acts on the books by a program: take an entry back, close a year, settle what came back."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service.ledger.asks.models import FinanceAsk
from service.ledger.asks.reverse import ask_to_reverse
from service.ledger.asks.told import AskOut, told_ask
from service.ledger.close_year import ask_to_close_year
from service.ledger.settle_held import ask_to_settle_held
from service.officers.acting import Act, Acting, Declared
from service.officers.may import require

router = APIRouter(prefix="/api/ledger", tags=["ledger"])
Reason = Annotated[str, Field(max_length=400, examples=["凭证科目误记，经复核更正"])]


class ReverseIn(Declared):
    """Why an entry is to be taken back."""

    reason: Reason


class YearIn(Declared):
    """Which budget year, and why now."""

    year: int = Field(ge=2000, le=2200, examples=[2026])
    reason: Reason


@router.post("/entries/{entry_id}/reverse", status_code=202)
def ask_reverse(act: Act, entry_id: UUID, body: ReverseIn) -> AskOut:
    """Ask another officer to take a wrong entry back. Problems: ``ask_refused``, ``not_found``."""
    require(act.officer, "ledger.ask")

    def do() -> AskOut:
        return told_ask(ask_to_reverse(act.session, entry_id, reason=body.reason, by=act.officer))

    return act.once(body, do, AskOut)


@router.post("/year-end", status_code=202)
def ask_year_end(act: Act, body: YearIn) -> AskOut:
    """Ask another officer to close a year. Problem: ``ask_refused``."""
    return _ask(act, body, ask_to_close_year)


@router.post("/year-end/held", status_code=202)
def ask_year_end_held(act: Act, body: YearIn) -> AskOut:
    """Ask another officer to settle the returned money of a year. Problem: ``ask_refused``."""
    return _ask(act, body, ask_to_settle_held)


def _ask(act: Acting, body: YearIn, ask: Callable[..., FinanceAsk]) -> AskOut:
    require(act.officer, "ledger.ask")

    def do() -> AskOut:
        return told_ask(ask(act.session, body.year, reason=body.reason, by=act.officer))

    return act.once(body, do, AskOut)
