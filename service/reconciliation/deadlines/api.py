"""The banks' deadlines for programs: what is expected of which bank about which day, and when it came."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.reconciliation.deadlines.expected import Asked, Expected, State, expected
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/reconciliation", tags=["reconciliation"])
Kind = Literal["reply", "statement"]


class DeadlineOut(BaseModel):
    """One reply or statement that a bank owes, or that came."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    channel: str
    kind: Kind
    about: str = Field(description="The reference of our file, or the day.")
    file_id: UUID | None
    day: date
    due_at: datetime
    came_at: datetime | None
    state: State
    alarm_at: datetime | None = Field(description="When the alarm was given.")


@router.get("/deadlines")
def list_deadlines(
    session: Transaction,
    officer: SignedInOfficer,
    bank: Annotated[str, Query(max_length=40)] = "",
    kind: Kind | None = None,
    state: State | None = None,
    from_day: date | None = None,
    to_day: date | None = None,
) -> list[DeadlineOut]:
    """What is missing first, then what is due next, then what came, the newest first."""
    require(officer, "reconciliation.read")
    asked = Asked(bank=bank, kind=kind or "", state=state or "", from_day=from_day, to_day=to_day)
    return [out(one) for one in expected(session, asked)]


def out(one: Expected) -> DeadlineOut:
    """Return a deadline as programs read it."""
    return DeadlineOut(
        channel=one.channel.code,
        kind="reply" if one.kind == "reply" else "statement",
        about=one.about,
        file_id=one.file_id,
        day=one.day,
        due_at=one.due_at,
        came_at=one.came_at,
        state=one.state,
        alarm_at=one.alarm_at,
    )
