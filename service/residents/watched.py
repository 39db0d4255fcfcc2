"""What is said of departments' data where the service's health is looked at: ages and counts, no rows."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.freshness import Freshness, state_of
from service.residents.intake.queries import every_source
from service.residents.models import FeedSource
from service.residents.queries import waiting_deliveries
from service.web.health.findings import Finding
from service.web.health.sentences import together
from service.web.here import visit
from service.web.language import gettext, ngettext

_SOURCES = "/sources"


def look(session: Session) -> Sequence[Finding]:
    """Return what is late, what waits, and which source failed."""
    states = list(state_of(session).values())
    behind = [one for one in states if one.is_late or one.is_stale]
    return [
        _in_time(states, behind),
        *(_feed(one) for one in behind),
        *_waiting(session),
        *(_source(one) for one in every_source(session) if one.active),
    ]


def _in_time(states: Sequence[Freshness], behind: Sequence[Freshness]) -> Finding:
    never = sum(one.believed_at is None and not one.is_stale for one in states)
    said = gettext("%(n)s of %(total)s feeds are in time.") % {
        "n": len(states) - len(behind) - never,
        "total": len(states),
    }
    if never:
        word = ngettext("%(n)s was never delivered.", "%(n)s were never delivered.", never)
        said = together((said, word % {"n": never}))
    newest = max((one.believed_at for one in states if one.believed_at), default=None)
    return Finding("feeds.in_time", gettext("Feeds"), "well", said, since=newest)


def _feed(one: Freshness) -> Finding:
    chinese = visit().language == "zh"
    title = one.feed.zh if chinese else one.feed.en
    department = one.feed.department_zh if chinese else one.feed.department_en
    limit = one.feed.gate_days if one.is_stale else one.feed.freshness_days
    said = (
        gettext("It was never delivered.")
        if one.age_days is None
        else gettext("It is %(age)s days old; agreed are %(limit)s.")
        % {"age": one.age_days, "limit": limit}
    )
    if one.blocks:
        said = together((said, gettext("Lists that rest on it are not approved.")))
    due_at = one.believed_at + timedelta(days=limit) if one.believed_at else None
    return Finding(
        f"feeds.{one.feed.code}",
        f"{title} ({one.feed.code})",
        "wrong" if one.blocks else "look",
        said,
        since=due_at,
        to_do=gettext("The steward asks the department: %(department)s.")
        % {"department": department},
        href=_SOURCES,
    )


def _waiting(session: Session) -> Iterator[Finding]:
    found = waiting_deliveries(session)
    if found:
        said = ngettext(
            "%(n)s delivery waits for the steward.",
            "%(n)s deliveries wait for the steward.",
            len(found),
        )
        since = min(one.received_at for one in found)
        yield Finding(
            "feeds.waiting",
            gettext("Deliveries"),
            "look",
            said % {"n": len(found)},
            since=since,
            to_do=gettext("The steward takes or declines each on the page Feeds."),
        )


def _source(one: FeedSource) -> Finding:
    outcome = one.last_outcome or {}
    failed = bool(outcome.get("faults"))
    told = str(outcome.get("sentence_zh" if visit().language == "zh" else "sentence") or "")
    never = one.last_run_at is None and one.kind != "push"
    return Finding(
        f"feeds.source.{one.code}",
        gettext("Source %(code)s") % {"code": one.code},
        "wrong" if failed else "look" if never else "well",
        told or (gettext("It was never looked at.") if never else gettext("Nothing was said yet.")),
        since=one.last_run_at if failed or not never else one.registered_at,
        to_do=gettext("See the page Sources; the department's own server may be away.")
        if failed
        else gettext("See whether the scheduler runs.")
        if never and clock.now() - one.registered_at > timedelta(minutes=10)
        else "",
        href=_SOURCES,
    )
