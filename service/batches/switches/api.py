"""Switching controls for programs: what is off, asking for it, and the second officer's word."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service.batches.api import Strict
from service.batches.switches import queries
from service.batches.switches.models import ControlSwitch
from service.batches.switches.pages import ACTS
from service.batches.switches.switch import REASON_CHARS_MAX, ask_off
from service.officers.acting import Act, NoMore
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/controls", tags=["controls"])


class OffIn(Strict):
    """Which control should be off, for which programme and months, and why."""

    control: str = Field(max_length=60, examples=["account_unverified"])
    programme: str = Field(default="", max_length=10, description="Empty: every programme.")
    from_month: str = Field(max_length=10, examples=["2026-11"])
    to_month: str = Field(max_length=10, examples=["2026-12"])
    reason: str = Field(max_length=REASON_CHARS_MAX, examples=["银行核验系统停机，经会议纪要同意"])


class SwitchOut(Strict):
    """A control that is asked to be off, is off, or was."""

    id: UUID
    control: str
    programme: str
    from_month: str
    to_month: str
    state: str = Field(examples=["asked"])
    reason: str
    asked_at: datetime
    confirmed_at: datetime | None
    ended_at: datetime | None


@router.get("/switches")
def list_switches(session: Transaction, officer: SignedInOfficer) -> list[SwitchOut]:
    """What is asked for or off, and the last fifty that are over."""
    require(officer, "controls.read")
    return [_out(one) for one in (*queries.standing(session), *queries.past(session))]


@router.post("/switches", status_code=201)
def ask_control_off(act: Act, body: OffIn) -> SwitchOut:
    """Ask that a control be off; nothing is off before another officer confirms.

    Problems: ``control_protected``, ``switch_incomplete``, ``switch_already``, ``bad_month``.
    """

    def do() -> SwitchOut:
        asked = ask_off(
            act.session,
            body.control,
            programme=body.programme,
            months=(body.from_month, body.to_month),
            reason=body.reason,
            by=act.officer,
            session_id=act.session_id,
        )
        return _out(asked)

    return act.once(body, do, SwitchOut)


@router.post("/switches/{switch_id}/{act}")
def decide_switch(
    doing: Act, switch_id: UUID, act: Literal["confirm", "refuse", "on"], body: NoMore
) -> SwitchOut:
    """Confirm or refuse what a colleague asked for, or switch a control on again.

    Problems: ``switch_second_officer``, ``illegal_move``.
    """

    def do() -> SwitchOut:
        done = ACTS[act](doing.session, switch_id, by=doing.officer, session_id=doing.session_id)
        return _out(done)

    return doing.once(body, do, SwitchOut)


def _out(one: ControlSwitch) -> SwitchOut:
    names = ("id", "control", "programme", "from_month", "to_month", "state", "reason", "asked_at",
             "confirmed_at", "ended_at")  # fmt: skip
    return SwitchOut(**{name: getattr(one, name) for name in names})
