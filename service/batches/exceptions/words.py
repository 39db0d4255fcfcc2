"""What officers read about exceptions."""

from service.batches import words as holds
from service.batches.controls import BY_CODE
from service.batches.exceptions.find import Found
from service.batches.findings import words as findings
from service.foundation import clock
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

_STATES: dict[str, tuple[str, Tone]] = {
    "unassigned": (translatable("given to nobody"), ""),
    "given": (translatable("given"), "now"),
    "answered": (translatable("replied"), "ok"),
    "returned": (translatable("given back"), "warn"),
    "overdue": (translatable("overdue"), "bad"),
}
_OUTCOMES = {
    "confirmed": translatable("As the control says"),
    "corrected": translatable("Put right in the data it comes from"),
    "not_found": translatable("Cannot be found"),
}
_REFUSED = {
    "needs_data": translatable("only corrected data end it"),
    "not_yours": translatable("beyond your townships or programmes"),
    "conflict": translatable("pays you or somebody you declared"),
    "bank_not_asked": translatable("the bank has not confirmed the new account"),
    "whole_list": translatable("about a whole list: decided on the list's own page"),
    "no_office": translatable("no such office is described for where it lies"),
    "lies_elsewhere": translatable("lies outside that office's place"),
    "there_already": translatable("that office has it already"),
    "nobody_there": translatable("nobody in that office could answer"),
}


def label(control: str) -> str:
    """Return a hold or finding in two or three words."""
    return holds.hold_label(control) if control in BY_CODE else findings.label(control)


def sentence(control: str) -> str:
    """Return a hold or finding as a whole sentence."""
    return holds.hold_sentence(control) if control in BY_CODE else findings.sentence(control)


def ends(control: str) -> str:
    """Return who ends it, and how."""
    return holds.hold_ends(control) if control in BY_CODE else findings.ends(control)


def standing_word(standing: str) -> str:
    return gettext(_STATES[standing][0])


def standing_tag(one: Found) -> Tag:
    """Return how an exception stands with the office that was asked."""
    standing = one.task_state or "unassigned"
    text, tone = _STATES["overdue" if one.is_overdue(clock.today()) else standing]
    return Tag(gettext(text), tone)


def outcome(code: str) -> str:
    return gettext(_OUTCOMES[code])


def refused(reason: str) -> str:
    """Return why an act is refused one of what was chosen."""
    return gettext(_REFUSED[reason])
