"""What security administrators read about duties, states and places."""

from collections.abc import Callable

from sqlalchemy.orm import Session, object_session

from service.officers.exclusions import NAMES_ZH
from service.officers.holding.models import DutyGrant
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.view_models import Tag, Tone

_GRANTS: dict[str, tuple[str, Tone]] = {
    "asked": (translatable("waits for a second person"), "now"),
    "granted": (translatable("in force"), "ok"),
    "refused": (translatable("turned down"), ""),
    "withdrawn": (translatable("taken back"), ""),
    "ended": (translatable("ended"), ""),
}
_ACCESSES: dict[str, tuple[str, Tone]] = {
    "asked": (translatable("waits for a second person"), "now"),
    "open": (translatable("reads now"), "bad"),
    "over": (translatable("over"), ""),
    "refused": (translatable("turned down"), ""),
    "withdrawn": (translatable("taken back"), ""),
    "closed": (translatable("over"), ""),
}
_RELATIONS = {
    "self": translatable("the officer"),
    "spouse": translatable("spouse"),
    "parent": translatable("parent"),
    "child": translatable("child"),
    "sibling": translatable("brother or sister"),
    "in_law": translatable("in-law"),
    "household": translatable("lives in the same household"),
    "business": translatable("shared business"),
}


_place_namer: list[Callable[[Session, str], str]] = []


def name_places_by(namer: Callable[[Session, str], str]) -> None:
    """Let ``namer(session, code)`` say what a township or village is called."""
    _place_namer[:] = [namer]


def duty_name(duty: str) -> str:
    """Return a duty as people call it."""
    return NAMES_ZH[duty] if visit().language == "zh" else duty.replace("_", " ")


def grant_tag(state: str) -> Tag:
    text, tone = _GRANTS[state]
    return Tag(gettext(text), tone)


def access_tag(state: str) -> Tag:
    text, tone = _ACCESSES[state]
    return Tag(gettext(text), tone)


def relation_name(relation: str) -> str:
    return gettext(_RELATIONS[relation])


def place(grant: DutyGrant) -> str:
    """Return where and for what a duty counts."""
    where, session = grant.division or gettext("whole county"), object_session(grant)
    if grant.division and _place_namer and session is not None:
        # A duty keeps the digits that its places begin with; the register knows whole codes.
        code = grant.division.ljust(12, "0")
        named_as = _place_namer[0](session, code)
        where = grant.division if named_as == code else named_as
    named = [*grant.programmes, *grant.departments]
    return f"{where} · {', '.join(named) if named else gettext('all programmes')}"


def days(grant: DutyGrant) -> str:
    """Return the days between which a duty counts."""
    if grant.ends_on is None:
        return gettext("from %(day)s on") % {"day": grant.starts_on}
    return f"{grant.starts_on} – {grant.ends_on}"
