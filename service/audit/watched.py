"""What is said of the audit trail where the service's health is looked at."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit import health
from service.audit.anchors.queries import late_seconds as stamp_late_seconds
from service.audit.anchors.queries import newest
from service.audit.cosigning.in_force import in_force
from service.audit.cosigning.models import WitnessState
from service.audit.cosigning.policy import PolicyUnusable
from service.audit.cosigning.published import late_seconds
from service.audit.log import health as log
from service.audit.log.publish import last_published
from service.audit.models import AuditCheckpoint
from service.audit.nightly.queries import LATE_AFTER, good_age, latest
from service.foundation.settings import settings
from service.web.health.findings import Finding
from service.web.here import visit
from service.web.language import gettext


def look(session: Session) -> Sequence[Finding]:
    """Return how the trail is sealed, published, witnessed, stamped and verified."""
    return [
        _sealed(session),
        _published(session),
        *_witnesses(session),
        _stamped(session),
        _verified(session),
    ]


def measure(session: Session) -> None:
    """Set the gauges of the log, the witnesses, the time-stamps and the verification."""
    log.measure(session)
    health.measure(session)


summary = health.summary


def _sealed(session: Session) -> Finding:
    trouble, at = log.trouble(session), log.signed_at(session)
    title = gettext("Last sealed")
    if trouble is not None:
        to_do = gettext("See “The log does not continue” in docs/restore.md, or to the worker.")
        said = trouble.say(visit().language)
        return Finding("log.sealed", title, "wrong", said, since=at, to_do=to_do)
    size = session.scalar(select(func.max(AuditCheckpoint.size))) or 0
    said = gettext("%(entries)s entries are under a signed head.") % {"entries": f"{size:,}"}
    return Finding("log.sealed", title, "well" if at else "off", said, since=at)


def _published(session: Session) -> Finding:
    last = last_published(session)
    waits = late_seconds(session)
    late = waits > settings().witness_late_seconds_max
    return Finding(
        "log.published",
        gettext("Last published"),
        "wrong" if late else "well" if last else "off",
        gettext("The newest head has waited for %(seconds)s seconds to be published.")
        % {"seconds": waits}
        if late
        else gettext("The signed head is published.")
        if last
        else gettext("Nothing is published yet."),
        since=last.published_at if last else None,
        to_do=gettext("Approvals wait for it: see to the witnesses and to the worker.")
        if late
        else "",
    )


def _witnesses(session: Session) -> Iterator[Finding]:
    title = gettext("Witnesses")
    try:
        policy = in_force()
    except PolicyUnusable as unusable:
        said = unusable.say(visit().language)
        yield Finding("log.witnesses", title, "wrong", said)
        return
    if policy is None:
        said = gettext("No witness is asked: nobody outside would notice a changed trail.")
        to_do = gettext("Name witnesses in ANXIN_WITNESS_POLICY_FILE (docs/run-a-witness.md).")
        yield Finding("log.witnesses", title, "off", said, to_do=to_do)
        return
    known = {one.name: one for one in session.scalars(select(WitnessState))}
    for name in policy.witnesses:
        yield _witness(name, known.get(name))


def _witness(name: str, one: WitnessState | None) -> Finding:
    code, title = f"log.witness.{name}", gettext("Witness %(name)s") % {"name": name}
    if one is None:
        return Finding(code, title, "look", gettext("It was not asked yet."))
    if not one.said:
        said = gettext("It cosigned %(entries)s entries.") % {"entries": f"{one.size:,}"}
        return Finding(code, title, "well", said, since=one.answered_at)
    contradicts = one.said == "contradicts"
    return Finding(
        code,
        title,
        "wrong",
        gettext("It saw another trail than ours.")
        if contradicts
        else gettext("It did not cosign %(n)s times in a row: %(why)s.")
        % {"n": one.failures, "why": one.said},
        since=one.answered_at,
        to_do=gettext("Stop paying and call the auditor: docs/operate.md, Witnesses.")
        if contradicts
        else gettext("Telephone whoever runs the witness."),
    )


def _stamped(session: Session) -> Finding:
    title = gettext("Last time-stamp")
    if not settings().time_stamp_url:
        said = gettext("No authority stamps the trail.")
        to_do = gettext("Name one in ANXIN_TIME_STAMP_URL.")
        return Finding("log.stamped", title, "off", said, to_do=to_do)
    last, late = newest(session), stamp_late_seconds(session)
    at: datetime | None = last.taken_at if last else None
    return Finding(
        "log.stamped",
        title,
        "look" if late else "well",
        gettext("The newest is older than %(hours)s hours.")
        % {"hours": settings().anchor_late_hours}
        if late
        else gettext("The newest time-stamp is young enough.")
        if last
        else gettext("None was taken yet."),
        since=at,
        to_do=gettext("Read why the job “Time-stamp over the audit trail” fails.") if late else "",
    )


def _verified(session: Session) -> Finding:
    last, age = latest(session), good_age(session)
    title = gettext("Last verified")
    if last is not None and not last.verified:
        said = gettext("The trail is wrong from entry %(entry)s on.") % {"entry": last.first_bad}
        to_do = gettext("Stop paying and call the auditor: docs/verify-the-audit-trail.md.")
        return Finding("log.verified", title, "wrong", said, since=last.ended_at, to_do=to_do)
    if age is not None and age > LATE_AFTER:
        said = gettext("The last good verification is older than two days.")
        to_do = gettext("See whether the nightly verification comes to its end.")
        return Finding(
            "log.verified", title, "look", said, last.ended_at if last else None, to_do=to_do
        )
    said = (
        gettext("All %(entries)s entries were found right.") % {"entries": f"{last.entries:,}"}
        if last
        else gettext("It is verified at night, and was not yet.")
    )
    return Finding("log.verified", title, "well", said, since=last.ended_at if last else None)
