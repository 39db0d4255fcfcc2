"""Controls: which there are, which are off and since when, and switching them by two officers."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.controls import CONTROLS
from service.batches.history import officer_names
from service.batches.switches import queries, words
from service.batches.switches.lifecycle import PROTECTED
from service.batches.switches.models import ControlSwitch
from service.batches.switches.problems import (
    AlreadyAsked,
    ControlProtected,
    SecondOfficerNeeded,
    SwitchIncomplete,
)
from service.batches.switches.switch import (
    MONTHS_MAX,
    REASON_CHARS_MAX,
    ask_off,
    confirm_off,
    refuse_off,
    switch_on,
)
from service.batches.words import hold_label, hold_sentence, programme_name
from service.foundation import clock
from service.foundation.months import BadMonth, Month
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.programmes.in_force import rules_now
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()
navigation.register("controls", translatable("Controls"), "/controls", act="controls.read")

ACTS = {"confirm": confirm_off, "refuse": refuse_off, "on": switch_on}


def switches_to_confirm(session: Session, officer: Officer) -> list[WaitingItem]:
    """What colleagues asked to switch off, for the officer who may confirm it."""
    if not may(officer, "controls.confirm_off"):
        return []
    asked = [one for one in queries.standing(session) if one.state == "asked"]
    return [
        WaitingItem(
            ngettext(
                "A control should be switched off; you decide as second officer",
                "Controls should be switched off; you decide as second officer",
                len(asked),
            ),
            len(asked),
            "/controls",
            min((one.asked_at for one in asked), default=None),
        )
    ]


@router.get("/controls")
def show_controls(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every control, what is off, and what somebody asked for."""
    require(officer, "controls.read")
    return _page(session, officer)


@router.post("/controls")
def ask(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    control: Annotated[str, Form(max_length=60)] = "",
    programme: Annotated[str, Form(max_length=10)] = "",
    from_month: Annotated[str, Form(max_length=10)] = "",
    to_month: Annotated[str, Form(max_length=10)] = "",
    reason: Annotated[str, Form(max_length=5_000)] = "",
) -> Response:
    """Ask that a control be switched off; another officer has to confirm."""
    try:
        with session.begin_nested():
            ask_off(
                session,
                control,
                programme=programme,
                months=(from_month, to_month),
                reason=reason,
                by=officer,
                session_id=_session_id(request),
            )
    except (SwitchIncomplete, AlreadyAsked, ControlProtected, BadMonth) as problem:
        return _page(session, officer, problem, control=control, reason=reason)
    return RedirectResponse("/controls", status_code=303)


@router.post("/controls/{switch_id}/{act}")
def decide(
    request: Request, session: Transaction, officer: SignedInOfficer, switch_id: UUID, act: str
) -> Response:
    """Confirm or refuse what a colleague asked for, or switch a control on again."""
    if act not in ACTS:
        raise NotFound("page")
    try:
        with session.begin_nested():
            ACTS[act](session, switch_id, by=officer, session_id=_session_id(request))
    except SecondOfficerNeeded as problem:
        return _page(session, officer, problem)
    return RedirectResponse("/controls", status_code=303)


def _session_id(request: Request) -> str:
    return str(request.state.officer_session.id)


def _page(
    session: Session,
    officer: Officer,
    problem: Problem | None = None,
    *,
    control: str = "",
    reason: str = "",
) -> Response:
    require(officer, "controls.read")
    standing, past = queries.standing(session), queries.past(session)
    every = [*standing, *past]
    named = officer_names(session, {one.asked_by for one in every} | _confirmers(every))
    off = {one.control for one in standing if one.state == "off"}
    this_month = str(Month.of(clock.today()))
    return page(
        "batches/controls.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        columns=[
            Column(gettext("Control")),
            Column(gettext("What it means")),
            Column(gettext("State")),
            Column(gettext("Never switched off, because")),
        ],
        rows=_controls(off),
        standing=[
            (one, _title(one), _people(one, named), _offers(officer, one)) for one in standing
        ],
        past_columns=[
            Column(gettext("Control")),
            Column(gettext("State")),
            Column(gettext("Why")),
            Column(gettext("By whom")),
        ],
        past_rows=[
            Row([_title(one), words.state_tag(one.state), one.reason, _people(one, named)])
            for one in past
        ],
        controls=[
            Option(one.code, hold_label(one.code)) for one in CONTROLS if one.code not in PROTECTED
        ],
        programmes=[Option("", gettext("all programmes"))]
        + [Option(code, programme_name(code)) for code in rules_now(session).programmes],
        may_ask=may(officer, "controls.ask_off"),
        control=control,
        reason=reason,
        reason_max=REASON_CHARS_MAX,
        months_max=MONTHS_MAX,
        this_month=this_month,
        tag=words.state_tag,
    )


def _controls(off: set[str]) -> list[Row]:
    return [
        Row(
            [
                hold_label(one.code),
                hold_sentence(one.code),
                words.state_tag("off") if one.code in off else gettext("on"),
                words.protected_because(one.code) or None,
            ],
            tone="bad" if one.code in off else "",
        )
        for one in CONTROLS
    ]


def _confirmers(every: list[ControlSwitch]) -> set[UUID]:
    return {one.confirmed_by for one in every if one.confirmed_by is not None}


def _title(one: ControlSwitch) -> str:
    where = programme_name(one.programme) if one.programme else gettext("all programmes")
    return f"{hold_label(one.control)} · {where} · {one.from_month} – {one.to_month}"


def _people(one: ControlSwitch, named: dict[str, str]) -> str:
    asked = gettext("asked by %(name)s") % {"name": named.get(str(one.asked_by), "")}
    if one.confirmed_by is None:
        return asked
    confirmed = gettext("confirmed by %(name)s") % {"name": named.get(str(one.confirmed_by), "")}
    return f"{asked} · {confirmed}"


def _offers(officer: Officer, one: ControlSwitch) -> list[tuple[str, str]]:
    """Return the acts this officer may do about a switch: (act, text)."""
    if one.state == "off":
        return [("on", gettext("Switch it on"))] if may(officer, "controls.switch_on") else []
    if one.asked_by == officer.id:
        return [("refuse", gettext("Take it back"))]
    if not may(officer, "controls.confirm_off"):
        return []
    return [("confirm", gettext("Confirm: switch it off")), ("refuse", gettext("Refuse"))]
