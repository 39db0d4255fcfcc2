"""What officers read about switches."""

from service.batches.models import Batch
from service.batches.switches.lifecycle import PROTECTED
from service.batches.words import hold_label
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "asked": (translatable("waits for a second officer"), "now"),
    "off": (translatable("off"), "bad"),
    "on": (translatable("on again"), "ok"),
    "refused": (translatable("refused"), ""),
    "withdrawn": (translatable("taken back"), ""),
}


def state_tag(state: str) -> Tag:
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def protected_because(control: str) -> str:
    """Return why a control is never switched off, or nothing."""
    english, chinese = PROTECTED.get(control, ("", ""))
    return chinese if visit().language == "zh" else english


def said_off(batch: Batch) -> list[tuple[str, str]]:
    """Return what a batch says about controls that were off: a sentence, and the reason given."""
    return [
        (
            gettext("Screened without the control “%(control)s”, which is off until %(month)s.")
            % {"control": hold_label(str(one["control"])), "month": one["until"]},
            str(one["reason"]),
        )
        for one in batch.controls_off or []
    ]
