"""The queue and the workers: whether they live, what waits how long, and what was given up."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.administration.words import job_words, task_words
from service.foundation import clock
from service.foundation.jobs.models import Heartbeat, Job
from service.web.health.alive import queue_answers
from service.web.health.findings import Finding, State
from service.web.health.sentences import together
from service.web.language import gettext, ngettext

TASKS = (
    "jobs.sweep",
    "audit.sequence",
    "audit.look_after",
    "reconciliation.collect",
    "signing.ask_for_missing",
    "dispatch.renew_due",
    "webhooks.deliver",
    "health.look",
    "residents.schedule_sources",
)
"""The scheduled work that leaves the time of its last run."""
QUIET = timedelta(minutes=5)
"""Every one of them runs at least once a minute; a bank that does not answer holds its round up."""
_LATE, _TOO_LATE = timedelta(minutes=5), timedelta(hours=1)
GIVEN_UP_DAYS = 30


def look(session: Session) -> Sequence[Finding]:
    """Return what is said of the queue."""
    return [_server(), *_workers(session), *_waiting(session), _given_up(session)]


def _server() -> Finding:
    answers = queue_answers()
    return Finding(
        "queue.answers",
        gettext("Server"),
        "well" if answers else "look",
        gettext("The queue's server answers.")
        if answers
        else gettext("The queue's server does not answer: work is later, and none is lost."),
        to_do="" if answers else gettext("Start Valkey again."),
    )


def _workers(session: Session) -> Sequence[Finding]:
    beats = {one.task: one.at for one in session.scalars(select(Heartbeat))}
    now = clock.now()
    late = [one for one in TASKS if one not in beats or now - beats[one] > QUIET]
    if not late:
        return [
            Finding(
                "queue.workers",
                gettext("Scheduled work"),
                "well",
                gettext("All %(count)s kinds of scheduled work ran within the last minutes.")
                % {"count": len(TASKS)},
            )
        ]
    if len(late) == len(TASKS):
        return [_nobody_works(max(beats.values(), default=None))]
    return [
        Finding(
            f"queue.workers.{one}",
            task_words(one),
            "wrong",
            gettext("It runs every minute, and has not run for a while."),
            since=beats.get(one),
            to_do=gettext("Read the worker's log for what stops it."),
        )
        for one in late
    ]


def _nobody_works(last: datetime | None) -> Finding:
    return Finding(
        "queue.workers",
        gettext("Scheduled work"),
        "wrong",
        gettext("No worker does the scheduled work: nothing is sent, sealed or collected."),
        since=last,
        to_do=gettext("Start worker and scheduler; both are needed."),
    )


def _waiting(session: Session) -> Sequence[Finding]:
    now = clock.now()
    due, later = Job.run_after <= now, Job.run_after > now
    rows = session.execute(
        select(
            Job.kind,
            func.count().filter(due),
            func.count().filter(later),
            func.min(Job.run_after).filter(due),
        )
        .where(Job.state == "queued")
        .group_by(Job.kind)
        .order_by(Job.kind)
    ).all()
    if not rows:
        return [Finding("queue.waiting", gettext("Jobs"), "well", gettext("No job waits."))]
    return [_kind(*row) for row in rows]


def _kind(kind: str, due: int, later: int, oldest: datetime | None) -> Finding:
    age = clock.now() - oldest if oldest else timedelta()
    state: State = "wrong" if age > _TOO_LATE else "look" if age > _LATE else "well"
    said = []
    if due:
        said.append(ngettext("%(n)s job waits.", "%(n)s jobs wait.", due) % {"n": due})
    if later:
        one = ngettext("%(n)s waits for its hour.", "%(n)s wait for their hour.", later)
        said.append(one % {"n": later})
    return Finding(
        f"queue.waiting.{kind}",
        job_words(kind),
        state,
        together(said),
        since=oldest,
        to_do="" if state == "well" else gettext("See whether a worker takes this kind of job."),
    )


def _given_up(session: Session) -> Finding:
    since = clock.now() - timedelta(days=GIVEN_UP_DAYS)
    count, first = session.execute(
        select(func.count(), func.min(Job.finished_at)).where(
            Job.state == "failed", Job.finished_at >= since
        )
    ).one()
    return Finding(
        "queue.given_up",
        gettext("Jobs given up"),
        "look" if count else "well",
        ngettext(
            "%(n)s job was given up in the last 30 days.",
            "%(n)s jobs were given up in the last 30 days.",
            count,
        )
        % {"n": count}
        if count
        else gettext("None was given up in the last 30 days."),
        since=first,
        to_do=gettext(
            "Mend what made them fail, then run “anxin jobs revive”; nothing is done twice."
        )
        if count
        else "",
        href="#given-up" if count else "",
    )
