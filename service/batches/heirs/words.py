"""What the pages call grounds, relations and states of registered heirs."""

from fractions import Fraction

from service.residents.models import HeirRegistration
from service.web.language import gettext, translatable
from service.web.view_models import Option, Tag

BASES = {
    "agreement": translatable("agreement of the heirs"),
    "notarised": translatable("notary's deed"),
    "judgement": translatable("judgement"),
    "funeral": translatable("arranged the funeral"),
}
RELATIONS = {
    "spouse": translatable("spouse"),
    "child": translatable("child"),
    "parent": translatable("parent"),
    "sibling": translatable("brother or sister"),
    "grandchild": translatable("grandchild"),
    "other": translatable("other relation"),
}


def options(words: dict[str, str]) -> list[Option]:
    """Return the options of a field."""
    return [Option(code, gettext(word)) for code, word in words.items()]


def state_of(heir: HeirRegistration) -> Tag:
    """Return the tag of one registration."""
    if heir.ended_at is not None:
        return Tag(gettext("ended") if heir.approved_at else gettext("refused or withdrawn"), "")
    if heir.approved_at is None:
        return Tag(gettext("waits for a second officer"), "warn")
    return Tag(gettext("receives"), "ok")


def estate_tag(approved: Fraction, unconfirmed: int, registered: int) -> Tag:
    """Return what an estate waits for."""
    if unconfirmed:
        return Tag(gettext("waits for a second officer"), "warn")
    if approved == 1:
        return Tag(gettext("heirs complete"), "ok")
    if registered:
        return Tag(gettext("shares not complete"), "warn")
    return Tag(gettext("no heir registered"), "bad")
