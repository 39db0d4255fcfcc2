"""What people read for feeds and deliveries: states, ways in, what was smoothed, who decided."""

from collections.abc import Mapping

from service.residents.feeds import Feed
from service.residents.models import Delivery
from service.residents.queries import State
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.view_models import Tag, Tone

_STATES: dict[State, tuple[str, Tone]] = {
    "waiting": (translatable("waits for a decision"), "warn"),
    "refused": (translatable("last file refused"), "bad"),
    "stale": (translatable("too old to pay by"), "bad"),
    "late": (translatable("late"), "warn"),
    "never": (translatable("never delivered"), ""),
    "fresh": (translatable("fresh"), "ok"),
}
_DELIVERIES: dict[str, tuple[str, Tone]] = {
    "imported": (translatable("taken over"), "ok"),
    "waiting": (translatable("waits for a decision"), "warn"),
    "refused": (translatable("refused"), "bad"),
    "declined": (translatable("sent back"), "bad"),
}
_CHANNELS = {
    "file": translatable("brought on the server"),
    "page": translatable("brought on this page"),
    "folder": translatable("drop folder"),
    "sftp": translatable("SFTP"),
    "push": translatable("sent by the department's system"),
    "database": translatable("read from the department's database"),
}
_MODES = {
    "full": translatable("complete: what is absent is gone"),
    "incremental": translatable("adds: what is absent stays"),
    "correction": translatable("corrected rows: ends nothing"),
}
_NOTICES = {
    "sheet_hidden": translatable("hidden sheets were not read"),
    "sheet_ignored": translatable("sheets with something else were not read"),
    "rows_hidden": translatable("hidden rows were read like the others"),
    "row_repeated": translatable("rows that repeat another word for word were counted once"),
    "spaces_trimmed": translatable("spaces around values were taken away"),
    "lines_joined": translatable("line breaks inside values became spaces"),
    "number_as_text": translatable("numbers in a text column were read as text"),
    "code_normalised": translatable("words were recognised in another spelling"),
    "time_dropped": translatable("a time of day beside a date was left out"),
    "card_full_width": translatable("full-width digits in account numbers became ordinary ones"),
    "card_spaces": translatable("spaces inside account numbers were taken away"),
    "card_not_luhn": translatable("account numbers do not have the usual check digit"),
    "id_full_width": translatable("full-width digits in ID numbers became ordinary ones"),
    "id_spaces": translatable("spaces inside ID numbers were taken away"),
    "id_small_x": translatable("a small x at the end of ID numbers became X"),
    "id_15_digits": translatable("ID numbers of 15 digits were lengthened to 18"),
}


def is_chinese() -> bool:
    """Return whether the page is drawn in Chinese."""
    return visit().language == "zh"


def feed_name(feed: Feed) -> str:
    """Return what a feed is called."""
    return feed.zh if is_chinese() else feed.en


def department(feed: Feed) -> str:
    """Return which department delivers a feed."""
    return feed.department_zh if is_chinese() else feed.department_en


def state_tag(state: State) -> Tag:
    """Return what a feed is at the moment."""
    text, tone = _STATES[state]
    return Tag(gettext(text), tone)


def delivery_tag(one: Delivery) -> Tag:
    """Return what became of a delivery."""
    text, tone = _DELIVERIES[one.state]
    return Tag(gettext(text), tone)


def channel(one: Delivery) -> str:
    """Return how a delivery came."""
    return gettext(_CHANNELS.get(one.channel, one.channel))


def mode(name: str) -> str:
    """Return what a delivery's silence means."""
    return gettext(_MODES.get(name, name))


def refusal(one: Delivery) -> str:
    """Return why a delivery was refused or waits, or nothing."""
    if not one.refusal:
        return ""
    return str(one.refusal.get("sentence_zh" if is_chinese() else "sentence", ""))


def notice(code: str) -> str:
    """Return what was smoothed; a code that has no words yet is said as it is."""
    return gettext(_NOTICES[code]) if code in _NOTICES else code


def receiver(one: Delivery, named: Mapping[str, str]) -> str:
    """Return who brought a delivery."""
    return named.get(one.received_by, gettext("the system"))


def decider(one: Delivery, named: Mapping[str, str]) -> str | None:
    """Return who decided about a delivery that waited, if somebody did."""
    if one.decided_at is None:
        return None
    return named.get(one.decided_by or "", gettext("the system"))


def rejected_sentence(count: int) -> str:
    """Return what to do about rejected rows."""
    return ngettext(
        "%(num)s row was rejected; the others were taken over. Send the department the list below; it sends the corrected rows again.",
        "%(num)s rows were rejected; the others were taken over. Send the department the list below; it sends the corrected rows again.",
        count,
    ) % {"num": f"{count:,}"}
