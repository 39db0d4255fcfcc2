"""What is said of receivers of events where the service's health is looked at."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.web.health.findings import Finding, State
from service.web.health.sentences import together
from service.web.language import gettext, ngettext
from service.webhooks import queries, words
from service.webhooks.models import WebhookEndpoint
from service.webhooks.queries import Counts


def look(session: Session) -> Sequence[Finding]:
    """Return one finding for each receiver that is on or was switched off."""
    standing = queries.counts(session)
    found = [
        _finding(one, standing.get(one.id, Counts()))
        for one in queries.every(session)
        if one.state in ("active", "off")
    ]
    nobody = gettext("No system is told anything yet.")
    return found or [Finding("receivers.none", gettext("Receivers"), "off", nobody)]


def _finding(one: WebhookEndpoint, counts: Counts) -> Finding:
    off, failing = one.state == "off", one.failing_since is not None
    state: State = (
        "off"
        if off and one.off_because == "officer"
        else "wrong"
        if off
        else "look"
        if failing or counts.parked
        else "well"
    )
    said = [words.off_because(one)] if off else []
    if counts.waiting:
        word = ngettext("It is owed %(n)s event.", "It is owed %(n)s events.", counts.waiting)
        said.append(word % {"n": counts.waiting})
    if counts.parked:
        word = ngettext("%(n)s event is parked.", "%(n)s events are parked.", counts.parked)
        said.append(word % {"n": counts.parked})
    return Finding(
        f"receivers.{one.id}",
        one.name,
        state,
        together(said) or gettext("It has taken everything."),
        since=one.off_at or one.failing_since or counts.waiting_since,
        to_do=gettext("Ask whoever runs it, then send again from its page.")
        if state in ("wrong", "look")
        else "",
        href=f"/webhooks/{one.id}",
    )
