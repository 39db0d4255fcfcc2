"""Switch a control off by two officers, and on again by one."""

from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.moves import event_for, move
from service.audit.record import record
from service.batches.controls import BY_CODE
from service.batches.switches.lifecycle import PROTECTED
from service.batches.switches.models import ControlSwitch
from service.batches.switches.problems import (
    AlreadyAsked,
    ControlProtected,
    SecondOfficerNeeded,
    SwitchIncomplete,
)
from service.foundation import clock, ids
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.officers.reach import require_unlimited
from service.programmes.in_force import rules_now

MONTHS_MAX = 12
REASON_CHARS_MIN = 10
REASON_CHARS_MAX = 500


def ask_off(
    session: Session,
    control: str,
    *,
    programme: str,
    months: tuple[str, str],
    reason: str,
    by: Officer,
    session_id: str = "",
) -> ControlSwitch:
    """Ask that a control be off from a month to a month; nothing is off until another confirms.

    ``programme`` "" means all. Raises NotAllowed, NotFound, BadMonth and the problems of
    :mod:`~service.batches.switches.problems`.
    """
    _require(by, "controls.ask_off", programme)
    if control not in BY_CODE or (programme and programme not in rules_now(session).programmes):
        raise NotFound("control")
    if control in PROTECTED:
        raise ControlProtected(control)
    first, last = (Month.parse(month.strip()) for month in months)
    said = reason.strip()
    length = (last.year - first.year) * 12 + last.month - first.month + 1
    if (
        first < Month.of(clock.today())
        or not 0 < length <= MONTHS_MAX
        or not REASON_CHARS_MIN <= len(said) <= REASON_CHARS_MAX
    ):
        raise SwitchIncomplete(MONTHS_MAX, REASON_CHARS_MIN)
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"control:{control}"},
    )
    if _overlapping(session, control, programme, first, last):
        raise AlreadyAsked
    switch = ControlSwitch(
        id=ids.uuid7(),
        state="asked",
        control=control,
        programme=programme,
        from_month=str(first),
        to_month=str(last),
        reason=said,
        asked_by=by.id,
        asked_at=clock.now(),
    )
    session.add(switch)
    session.flush()
    record(
        session,
        event_for("control_switches", switch.spoken_name, "", "asked"),
        by=by.actor(session_id),
        on=("control_switches", switch.id),
        after="asked",
        reason=said,
        details=_details(switch),
    )
    session.flush()
    return switch


def confirm_off(
    session: Session, switch_id: UUID, *, by: Officer, session_id: str = ""
) -> ControlSwitch:
    """Confirm what another officer asked for; batches built from now on are screened without it.

    Raises NotAllowed, NotFound, IllegalMove, SecondOfficerNeeded.
    """
    require(by, "controls.confirm_off")
    switch = _locked(session, switch_id)
    _require(by, "controls.confirm_off", switch.programme)
    if switch.asked_by == by.id:
        raise SecondOfficerNeeded
    event_for("control_switches", switch.spoken_name, switch.state, "off")
    switch.confirmed_by, switch.confirmed_at = by.id, clock.now()
    move(session, switch, "off", by=by.actor(session_id), details=_details(switch))
    return switch


def refuse_off(
    session: Session, switch_id: UUID, *, by: Officer, session_id: str = ""
) -> ControlSwitch:
    """Refuse a request, or take one's own back; raises NotAllowed, NotFound, IllegalMove."""
    switch = _locked(session, switch_id)
    own = switch.asked_by == by.id
    _require(by, "controls.ask_off" if own else "controls.confirm_off", switch.programme)
    return _end(session, switch, "withdrawn" if own else "refused", by, session_id)


def switch_on(
    session: Session, switch_id: UUID, *, by: Officer, session_id: str = ""
) -> ControlSwitch:
    """Switch a control on again; one person is enough. Raises NotAllowed, NotFound, IllegalMove."""
    require(by, "controls.switch_on")
    switch = _locked(session, switch_id)
    _require(by, "controls.switch_on", switch.programme)
    return _end(session, switch, "on", by, session_id)


def _require(by: Officer, act: str, programme: str) -> None:
    """Refuse whom the switch's programme is not given to; one for all needs all. Raises NotAllowed."""
    require(by, act, Matter(kind="switch", programme=programme))
    if not programme:
        require_unlimited(by, act)


def _end(
    session: Session, switch: ControlSwitch, to: str, by: Officer, session_id: str
) -> ControlSwitch:
    event_for("control_switches", switch.spoken_name, switch.state, to)
    switch.ended_by, switch.ended_at = by.id, clock.now()
    move(session, switch, to, by=by.actor(session_id), details=_details(switch))
    return switch


def _overlapping(session: Session, control: str, programme: str, first: Month, last: Month) -> bool:
    found = select(ControlSwitch.id).where(
        ControlSwitch.control == control,
        ControlSwitch.programme == programme,
        ControlSwitch.state.in_(("asked", "off")),
        ControlSwitch.from_month <= str(last),
        ControlSwitch.to_month >= str(first),
    )
    return session.scalar(found.limit(1)) is not None


def _locked(session: Session, switch_id: UUID) -> ControlSwitch:
    found = session.get(ControlSwitch, switch_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("switch")
    return found


def _details(switch: ControlSwitch) -> dict[str, str]:
    return {
        "control": switch.control,
        "programme": switch.programme or "all",
        "from": switch.from_month,
        "to": switch.to_month,
    }
