"""What the pages of banks show: words, tags and rows."""

from collections.abc import Iterable
from datetime import datetime

from service.administration.banks import terms
from service.administration.banks.passed import Passed
from service.administration.health.views import state_tag
from service.dispatch import words as dispatch_words
from service.reconciliation import words as reconciliation_words
from service.reconciliation.banks_now import BankNow
from service.reconciliation.watched import finding
from service.web.filters import moment
from service.web.health.findings import Finding
from service.web.language import gettext, translatable
from service.web.view_models import Column, Row, Tag, Tone

_CHANGES: dict[str, tuple[str, Tone]] = {
    "channel.registered": (translatable("Registered"), "ok"),
    "channel.changed": (translatable("Terms changed"), "warn"),
}
_KINDS = {"reply": translatable("reply"), "statement": translatable("statement")}
_TONES: dict[str, Tone] = {"wrong": "bad", "look": "warn"}


def columns() -> list[Column]:
    """Return the columns of the list."""
    return [
        Column(gettext("Bank")),
        Column(gettext("State")),
        Column(gettext("Way")),
        Column(gettext("Pays from")),
        Column(gettext("Files are taken until")),
        Column(gettext("Last file to it"), "moment"),
        Column(gettext("Last file from it"), "moment"),
        Column(gettext("Its server answered last"), "moment"),
    ]


def row(one: BankNow) -> Row:
    """Return a bank's row."""
    found = finding(one)
    return Row(
        (
            one.channel.name,
            tag(found),
            f"{terms.way(one.channel)} · {one.channel.profile}",
            terms.account(one.channel),
            terms.cut_off(one.channel),
            one.sent_at,
            one.received_at,
            one.asked_at,
        ),
        href=f"/banks/{one.channel.code}",
        tone=_TONES.get(found.state, ""),
    )


def tag(found: Finding) -> Tag:
    """Return how a bank does as an adjective."""
    return state_tag(found.state)


def last_looks(one: BankNow) -> list[tuple[str, str]]:
    """Return when something last went, came, and when its server was last looked at."""
    return [
        (gettext("Last file to it"), _at(one.sent_at)),
        (gettext("Last file from it"), _at(one.received_at)),
        (gettext("Its server answered last"), _at(one.asked_at)),
    ]


def _at(instant: datetime | None) -> str:
    return moment(instant) if instant else gettext("not yet")


def late_lines(one: BankNow) -> list[str]:
    """Return what the bank owes, each with since when."""
    return [
        gettext("%(what)s %(about)s was due %(at)s")
        % {"what": gettext(_KINDS[owed.kind]), "about": owed.about, "at": moment(owed.due_at)}
        for owed in one.late
    ]


def sent_columns() -> list[Column]:
    """Return the columns of what went to a bank."""
    return [
        Column(gettext("File")),
        Column(gettext("State")),
        Column(gettext("Given to the bank"), "moment"),
    ]


def sent_rows(found: Iterable[Passed]) -> list[Row]:
    """Return a row for each file that was written for a bank."""
    return [Row((one.name, dispatch_words.state_tag(one.state), one.at)) for one in found]


def received_columns() -> list[Column]:
    """Return the columns of what came from a bank."""
    return [
        Column(gettext("File")),
        Column(gettext("Kind")),
        Column(gettext("State")),
        Column(gettext("Received"), "moment"),
    ]


def received_rows(found: Iterable[Passed]) -> list[Row]:
    """Return a row for each file that a bank gave us."""
    return [
        Row((one.name, kind(one.kind), reconciliation_words.file_tag(one.state), one.at))
        for one in found
    ]


def kind(name: str) -> str:
    """Return what a bank's file is."""
    return gettext(_KINDS[name])


def change(act: str) -> tuple[str, Tone]:
    """Return what was done to a channel, in words."""
    said, tone = _CHANGES[act]
    return gettext(said), tone
