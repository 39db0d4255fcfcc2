"""What officers read about switches."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.history import officer_names
from service.batches.models import Batch
from service.batches.switches.lifecycle import PROTECTED
from service.batches.switches.models import ControlSwitch
from service.batches.words import hold_label
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "asked": (translatable("waits for a second officer"), "now"),
    "off": (translatable("off"), "bad"),
    "on": (translatable("on again"), "ok"),
    "refused": (translatable("turned down"), ""),
    "withdrawn": (translatable("taken back"), ""),
}


def state_tag(state: str) -> Tag:
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def protected_because(control: str) -> str:
    """Return why a control is never switched off, or nothing."""
    english, chinese = PROTECTED.get(control, ("", ""))
    return chinese if visit().language == "zh" else english


def said_off(session: Session, batch: Batch) -> list[tuple[str, str]]:
    """Return what a batch says about controls that were off: a sentence, and why and by whose decision."""
    kept = [UUID(str(one["switch"])) for one in batch.controls_off or [] if one.get("switch")]
    found = session.scalars(select(ControlSwitch).where(ControlSwitch.id.in_(kept))) if kept else ()
    switches = {str(switch.id): switch for switch in found}
    people = {one.asked_by for one in switches.values()}
    people |= {one.confirmed_by for one in switches.values() if one.confirmed_by}
    named = officer_names(session, people)
    return [
        (
            gettext("Screened without the control “%(control)s”, which is off until %(month)s.")
            % {"control": hold_label(str(one["control"])), "month": one["until"]},
            _why(one, switches.get(str(one.get("switch"))), named),
        )
        for one in batch.controls_off or []
    ]


def _why(one: Mapping[str, object], switch: ControlSwitch | None, named: dict[str, str]) -> str:
    if switch is None:
        return str(one["reason"])
    said = gettext("%(reason)s – asked for by %(asked)s, confirmed by %(confirmed)s")
    return said % {
        "reason": one["reason"],
        "asked": named.get(str(switch.asked_by), ""),
        "confirmed": named.get(str(switch.confirmed_by), ""),
    }
