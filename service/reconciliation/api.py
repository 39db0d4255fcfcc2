"""Bank days for programs: one day with what differs, closing and re-opening, what is late, what waits."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.ledger.asks.ask import one_ask, waiting_asks
from service.ledger.asks.told import AskOut, told_ask
from service.ledger.models import BankChannel
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import late, queries
from service.reconciliation.close_day import close_day
from service.reconciliation.day_view import DayFigures, day_figures
from service.reconciliation.decide_asks import decide
from service.reconciliation.reopen_day import ask_to_reopen
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/reconciliation", tags=["reconciliation"])


class Strict(BaseModel):
    """What is not declared is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ClosingOut(Strict):
    """One closing of a day; only the last can be in force."""

    closing_no: int
    closing_fen: int
    closed_at: datetime
    in_force: bool


class DayOut(Strict):
    """One bank day in fen; the bank's figures are null while no statement has come."""

    channel: str
    day: date
    said_opening_fen: int | None
    said_closing_fen: int | None
    booked_opening_fen: int
    booked_closing_fen: int
    differs_fen: int | None
    said: dict[str, list[int]] = Field(description="What moved: movements and fen, as stated.")
    booked: dict[str, list[int]] = Field(description="Kind of event: entries and fen, as posted.")
    rows: list[dict[str, Any]] = Field(description="The files and lines that make the difference.")
    broken: list[str]
    late: list[str]
    closings: list[ClosingOut]


class LateOut(Strict):
    """What should have come by now."""

    channel: str
    kind: Literal["reply", "statement"]
    about: str
    day: date
    due_at: datetime


class ReasonIn(Strict):
    """Why."""

    reason: str = Field(max_length=400)


@router.get("/days/{channel}/{day}")
def read_day(session: Transaction, officer: SignedInOfficer, channel: str, day: date) -> DayOut:
    """One bank day: the bank's side, ours, and what differs by file and line."""
    require(officer, "reconciliation.read")
    return _day(_figures(session, channel, day))


@router.post("/days/{channel}/{day}/close")
@once_only
def close(session: Transaction, officer: SignedInOfficer, channel: str, day: date) -> DayOut:
    """Close a day. Problems: ``day_not_closable`` with its rows, ``not_allowed``."""
    require(officer, "reconciliation.close_day")
    close_day(session, _bank(session, channel), day, by=officer)
    return _day(_figures(session, channel, day))


@router.post("/days/{channel}/{day}/reopen")
@once_only
def ask_reopen(
    session: Transaction, officer: SignedInOfficer, channel: str, day: date, why: ReasonIn
) -> AskOut:
    """Ask another officer to re-open a day. Problems: ``ask_refused``, ``not_allowed``."""
    require(officer, "ledger.ask")
    asked = ask_to_reopen(session, _bank(session, channel), day, reason=why.reason, by=officer)
    return told_ask(asked)


@router.get("/late")
def list_late(session: Transaction, officer: SignedInOfficer) -> list[LateOut]:
    """Replies and statements that should have come by now, the longest due first."""
    require(officer, "reconciliation.read")
    return [
        LateOut(
            channel=one.channel.code,
            kind="reply" if one.kind == "reply" else "statement",
            about=one.about,
            day=one.day,
            due_at=one.due_at,
        )
        for one in late.late(session)
    ]


@router.get("/asks")
def list_asks(session: Transaction, officer: SignedInOfficer) -> list[AskOut]:
    """Acts on the books that wait for a second officer, oldest first."""
    require(officer, "ledger.read")
    return [told_ask(one) for one in waiting_asks(session)]


@router.post("/asks/{ask_id}/{answer}")
@once_only
def answer_ask(
    session: Transaction,
    officer: SignedInOfficer,
    ask_id: UUID,
    answer: Literal["confirm", "refuse"],
) -> AskOut:
    """Confirm, and have it done, or refuse. Problems: ``ask_refused``, ``not_allowed``."""
    require(officer, "ledger.confirm")
    asked = one_ask(session, ask_id)
    decide(session, asked, confirmed=answer == "confirm", by=officer)
    return told_ask(asked)


def _bank(session: Session, code: str) -> BankChannel:
    found = queries.channel_by_code(session, code)
    if found is None:
        raise NotFound("bank")
    return found


def _figures(session: Session, code: str, day: date) -> DayFigures:
    found = day_figures(session, _bank(session, code), day)
    if found is None:
        raise NotFound("day")
    return found


def _day(one: DayFigures) -> DayOut:
    return DayOut(
        channel=one.channel.code,
        day=one.day,
        said_opening_fen=one.said_opening_fen,
        said_closing_fen=one.said_closing_fen,
        booked_opening_fen=one.booked_opening_fen,
        booked_closing_fen=one.booked_closing_fen,
        differs_fen=one.differs_fen,
        said=one.said,
        booked=one.booked,
        rows=[row.as_json() for row in one.rows],
        broken=[broken.kind for broken in one.broken],
        late=[missing.kind for missing in one.late],
        closings=[
            ClosingOut(
                closing_no=closing.closing_no,
                closing_fen=closing.closing_fen,
                closed_at=closing.closed_at,
                in_force=one.in_force is not None and closing.id == one.in_force.id,
            )
            for closing in one.closings
        ],
    )
