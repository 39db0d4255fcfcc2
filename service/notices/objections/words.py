"""What people read about objections."""

from service.notices.objections.models import Objection
from service.web.language import gettext, translatable
from service.web.view_models import Option, Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "open": (translatable("being looked at"), "now"),
    "upheld": (translatable("upheld: the line is taken off"), "ok"),
    "dismissed": (translatable("dismissed"), ""),
}
_OF_DECISION: dict[str, tuple[str, Tone]] = {
    **_STATES,
    "upheld": (translatable("upheld: the decision is put right"), "ok"),
}
_FOR = {
    None: translatable("The person whom it is about, signed in"),
    "guardian": translatable("The guardian, for the person whom it is about"),
    "proxy": translatable("Who receives for the person whom it is about"),
}
_WHO = {
    "resident": translatable("I am the person, or it is my household"),
    "neighbour": translatable("I live in the same village or community"),
    "other": translatable("Somebody else, or I would rather not say"),
}


def state_tag(state: str, *, overdue: bool = False, decision: bool = False) -> Tag:
    """Return an objection's state as an adjective."""
    if overdue:
        return Tag(gettext("late: the answer is overdue"), "bad")
    text, tone = (_OF_DECISION if decision else _STATES)[state]
    return Tag(gettext(text), tone)


def who_decided(one: Objection) -> str:
    """Return who wrote an objection to a decision."""
    return gettext(_FOR[one.acted_as])


def who_options() -> list[Option]:
    """Return who may object: anybody."""
    return [Option(code, gettext(text)) for code, text in _WHO.items()]


def who(code: str) -> str:
    """Return who objected, in words."""
    return gettext(_WHO[code])
