"""The worker's door: Celery tasks that carry ids, and the whole schedule in one table.

Start with ``celery -A service.worker worker -Q batch,bank,periodic``; the scheduler with
``celery -A service.worker beat``. A message only wakes; the rows decide.
"""

from pathlib import Path
from typing import Any
from uuid import UUID

from celery.signals import setup_logging, worker_init

from service import load_jobs
from service.audit.anchors.take import ask_for_due
from service.audit.cosigning.in_force import in_force
from service.audit.keeping.archive import archive
from service.audit.log.publish import publish
from service.audit.log.sequence import MOST_AT_ONCE, sequence
from service.audit.log.start import log_continues
from service.audit.log.tiles import export_tiles
from service.audit.nightly.run import ask_for_nightly_verification
from service.batches.exceptions import remind
from service.dispatch.recall.late import alarm_late
from service.dispatch.renew import ask_where_due
from service.foundation import jobs
from service.foundation.children import exit_with_parent
from service.foundation.database import engine, transaction
from service.foundation.encryption.require_keys import at_start
from service.foundation.jobs.sweep import beat
from service.foundation.jobs.wake import RUN_TASK, announce, celery_app
from service.foundation.logs import configure, logger
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.ledger.queries import channels
from service.oversight.findings import remind as findings_remind
from service.oversight.standing.jobs import ask_for_nightly_look
from service.reconciliation import late
from service.reconciliation.collect import BankSilent, collect
from service.residents.intake.jobs import schedule_due
from service.residents.tasks.jobs import ask_for_daily_look
from service.signing.signers.time_stamps.missing import ask_for_missing
from service.watches import WATCHES
from service.web.health.kept import keep_red
from service.web.health.registry import register
from service.webhooks.clear import clear_old
from service.webhooks.deliver import deliver_due

load_jobs()
announce()
exit_with_parent()
app = celery_app()

SCHEDULE: dict[str, dict[str, Any]] = {
    # Wake-ups that got lost; nothing else may assume that a message arrives.
    "sweep": {
        "task": "jobs.sweep",
        "schedule": 5.0,
        "options": {"queue": "periodic", "expires": 5},
    },
    # Committed audit entries get their place and a signed head at most a second later.
    "sequence": {
        "task": "audit.sequence",
        "schedule": 0.5,
        "options": {"queue": "periodic", "expires": 1},
    },
    # What was published goes to write-once storage, where one is named.
    "archive": {
        "task": "audit.archive",
        "schedule": 3600.0,
        "options": {"queue": "periodic", "expires": 3600},
    },
    # Somebody else's time-stamp over the log each hour, and each night the whole log verified.
    "look_after": {
        "task": "audit.look_after",
        "schedule": 60.0,
        "options": {"queue": "periodic", "expires": 60},
    },
    # Banks' answers; a file is removed there only after our commit, so a round may be lost.
    "collect": {
        "task": "reconciliation.collect",
        "schedule": 30.0,
        "options": {"queue": "bank", "expires": 30},
    },
    # Signed batches whose time-stamp, or a revocation list, could not be had when it was tried.
    "held": {
        "task": "signing.ask_for_missing",
        "schedule": 60.0,
        "options": {"queue": "periodic", "expires": 60},
    },
    # Banks that let the last day for their answer to a recall pass.
    "late_recalls": {
        "task": "dispatch.alarm_late_recalls",
        "schedule": 600.0,
        "options": {"queue": "periodic", "expires": 600},
    },
    # Lists whose pay day is over at a bank that takes no file for a day gone by.
    "renew": {
        "task": "dispatch.renew_due",
        "schedule": 60.0,
        "options": {"queue": "periodic", "expires": 60},
    },
    # Events that wait for their next try; new ones are sent at once.
    "webhooks": {
        "task": "webhooks.deliver",
        "schedule": 10.0,
        "options": {"queue": "bank", "expires": 10},
    },
    # Told events that are older than they are kept.
    "clear_webhooks": {
        "task": "webhooks.clear",
        "schedule": 3600.0,
        "options": {"queue": "periodic", "expires": 3600},
    },
    # What is out of order, for the work queue of administrators.
    "health": {
        "task": "health.look",
        "schedule": 60.0,
        "options": {"queue": "periodic", "expires": 60},
    },
    # Departments' folders, servers and databases whose turn has come; each look is a job of its own.
    "sources": {
        "task": "residents.schedule_sources",
        "schedule": 30.0,
        "options": {"queue": "periodic", "expires": 30},
    },
}
app.conf.beat_schedule = SCHEDULE


@setup_logging.connect  # type: ignore[untyped-decorator]
def _logging(**_: Any) -> None:
    configure(settings().log_level)


@worker_init.connect  # type: ignore[untyped-decorator]
def _keys_fit(**_: Any) -> None:
    try:
        at_start()
        in_force()
        refused = log_continues()
        if refused is not None:
            raise refused
    except Problem as problem:
        # Celery writes down what a signal raises and goes on; only this ends the worker.
        raise SystemExit(str(problem)) from None
    finally:
        # The processes that do the work are forked from this one: a connection they all inherited
        # would carry their conversations at once.
        engine().dispose()


@app.task(name=RUN_TASK)  # type: ignore[untyped-decorator]
def run_job(job_id: str) -> None:
    """Run one job by id; repeated and late messages find nothing left to do."""
    jobs.run(UUID(job_id))


@app.task(name="jobs.sweep")  # type: ignore[untyped-decorator]
def sweep_jobs() -> None:
    """Wake workers for jobs whose message got lost."""
    with transaction() as session:
        jobs.sweep(session)


@app.task(name="audit.sequence")  # type: ignore[untyped-decorator]
def sequence_audit() -> None:
    """Give committed audit entries their place in the tree, then publish the signed head."""
    added = MOST_AT_ONCE
    while added >= MOST_AT_ONCE:
        with transaction() as session:
            added = sequence(session)
            beat(session, "audit.sequence")
        publish()
    folder = settings().audit_tiles_dir
    if folder is not None:
        _lay_out(folder)


def _lay_out(folder: Path) -> None:
    """Bring the log's files up to date; what goes wrong there holds up no signature."""
    try:
        with transaction() as session:
            export_tiles(session, folder)
    except (OSError, Problem) as error:
        logger("audit").error("tiles.not_written", kind=type(error).__name__)


@app.task(name="audit.archive")  # type: ignore[untyped-decorator]
def archive_audit() -> None:
    """Add what was published to the archive; what goes wrong there is said and tried again."""
    folder = settings().audit_archive_dir
    if folder is None:
        return
    try:
        with transaction() as session:
            archive(session, folder)
    except (OSError, Problem) as error:
        logger("audit").error("archive.not_written", kind=type(error).__name__)


@app.task(name="audit.look_after")  # type: ignore[untyped-decorator]
def look_after_audit() -> None:
    """Ask for the time-stamp over the log and for the night's verification, each when it is due."""
    with transaction() as session:
        ask_for_due(session)
        ask_for_nightly_verification(session)
        beat(session, "audit.look_after")


@app.task(name="dispatch.alarm_late_recalls")  # type: ignore[untyped-decorator]
def alarm_late_recalls() -> None:
    """Say once of every recall that its bank has not answered in time."""
    with transaction() as session:
        alarm_late(session)


@app.task(name="reconciliation.collect")  # type: ignore[untyped-decorator]
def collect_answers() -> None:
    """Read what every bank laid out; a bank that does not answer is asked again next round."""
    with transaction() as session:
        codes = [channel.code for channel in channels(session)]
    for code in codes:
        try:
            collect(code)
        except BankSilent as silent:
            logger("reconciliation").warning("bank.silent", channel=code, code=silent.code)
    with transaction() as session:
        beat(session, "reconciliation.collect")


@app.task(name="signing.ask_for_missing")  # type: ignore[untyped-decorator]
def ask_for_missing_stamps() -> None:
    """Ask again for what held signed batches and may have passed by itself."""
    with transaction() as session:
        ask_for_missing(session)
        beat(session, "signing.ask_for_missing")


@app.task(name="dispatch.renew_due")  # type: ignore[untyped-decorator]
def renew_due() -> None:
    """Ask for new files and signatures where the day that was signed is over."""
    with transaction() as session:
        ask_where_due(session)
        beat(session, "dispatch.renew_due")


@app.task(name="webhooks.deliver")  # type: ignore[untyped-decorator]
def deliver_webhooks() -> None:
    """Send the events whose hour has come."""
    deliver_due()
    with transaction() as session:
        beat(session, "webhooks.deliver")


@app.task(name="webhooks.clear")  # type: ignore[untyped-decorator]
def clear_webhooks() -> None:
    """Clear away events that were told long ago."""
    with transaction() as session:
        clear_old(session)


@app.task(name="health.look")  # type: ignore[untyped-decorator]
def look_at_health() -> None:
    """Keep what is out of order."""
    for watch in WATCHES:
        register(watch)
    keep_red(transaction)


@app.task(name="residents.schedule_sources")  # type: ignore[untyped-decorator]
def schedule_sources() -> None:
    """Ask for a look at every source whose turn has come, and for the day's looks at data and deadlines."""
    with transaction() as session:
        schedule_due(session)
        ask_for_daily_look(session)
        remind.ask_for_daily_look(session)
        late.ask_for_hourly_look(session)
        ask_for_nightly_look(session)
        findings_remind.ask_for_daily_look(session)
        beat(session, "residents.schedule_sources")
