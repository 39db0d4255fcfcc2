"""A payment's state in a word, as residents read it."""

from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "paid": (translatable("paid"), "ok"),
    "sent": (translatable("with the bank"), "now"),
    "unknown": (translatable("with the bank"), "now"),
    "rejected": (translatable("could not be paid"), "bad"),
    "returned": (translatable("came back"), "bad"),
    "held": (translatable("being checked"), "warn"),
    "withheld": (translatable("being checked"), "warn"),
    "waiting": (translatable("waiting for approval"), ""),
}


def state_tag(state: str) -> Tag:
    """Return a payment's state as residents read it."""
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)
