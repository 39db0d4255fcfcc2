"""What should have come from a bank by now: replies to our files, and the statements of their days.

Each channel says on which working day after, and until what time on the county's clock. What is late
is in finance's queue, in the metrics and in the audit trail, and its day does not close.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.record import record
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.gauges import Gauge
from service.foundation.jobs import enqueue, job
from service.foundation.working_days import nth_after
from service.ledger.hours import hours_of
from service.ledger.models import BankChannel
from service.reconciliation import chain
from service.reconciliation.models import BankDay, BankStatement, LateAnswer
from service.reconciliation.receipts.queries import paid_after_reissue
from service.reconciliation.replaced import replaced

LATE = Gauge(
    "anxin_bank_answers_late",
    "Replies and statements that should have come by now, by bank and kind.",
    ("channel", "kind"),
)
PAID_AFTER_REISSUE = Gauge(
    "anxin_payments_paid_after_reissue",
    "Payments that a bank says were paid although they were issued again, not decided yet.",
)
KIND = "reconciliation.look_for_late"
_AT_BANK = ("sending", "unknown", "delivered")
EXECUTED_ON = func.coalesce(BankFile.executes_on, BankFile.execution_date)
"""The day on which a bank executes a file: the one signed, or a later one it was given for."""


@dataclass(frozen=True)
class Late:
    """Something that has not come: ``about`` is the reference of our file, or the day."""

    channel: BankChannel
    kind: str
    """``reply`` or ``statement``."""
    about: str
    day: date
    due_at: datetime


def due_at(channel: BankChannel, day: date, kind: str) -> datetime:
    """Return until when a reply or statement about a day has to have come, in the bank's own days."""
    days = channel.reply_days if kind == "reply" else channel.statement_days
    due_on = nth_after(day, days, hours_of(channel))
    return datetime.combine(due_on, channel.answers_by, clock.SHANGHAI)


def late(session: Session, *, now: datetime | None = None) -> list[Late]:
    """Return everything that is late now, what is due longest first."""
    instant = now or clock.now()
    found = [one for one in (*_replies(session), *_statements(session)) if one.due_at < instant]
    return sorted(found, key=lambda one: (one.due_at, one.channel.code, one.kind, one.about))


def raise_alarms(session: Session, *, now: datetime | None = None) -> int:
    """Keep what became late since the last look, each once; return how many are new."""
    new = 0
    for one in late(session, now=now):
        kept = session.scalar(
            insert(LateAnswer)
            .values(
                channel_id=one.channel.id,
                kind=one.kind,
                about=one.about,
                due_at=one.due_at,
                raised_at=now or clock.now(),
            )
            .on_conflict_do_nothing(index_elements=["channel_id", "kind", "about"])
            .returning(LateAnswer.id)
        )
        if kept is None:
            continue
        new += 1
        record(
            session,
            f"{one.kind}.late",
            by=SYSTEM,
            on=("late_answers", kept),
            details={
                "channel": one.channel.code,
                "about": one.about,
                "due_at": one.due_at.isoformat(),
            },
        )
    return new


def measure(session: Session) -> None:
    """Set the gauge to what is late now."""
    counts = Counter((one.channel.code, one.kind) for one in late(session))
    LATE.clear()
    for labels, count in counts.items():
        LATE.set(count, *labels)
    PAID_AFTER_REISSUE.set(paid_after_reissue(session))


@job(KIND, attempts_max=5)
def look_for_late(session: Session, **_hour: str) -> None:
    """Keep what became late; the hour in the job's key only makes it one an hour."""
    raise_alarms(session)


def ask_for_hourly_look(session: Session) -> None:
    """Ask for this hour's look; asking again the same hour asks for nothing."""
    hour = f"{clock.civil(clock.now()):%Y-%m-%dT%H}"
    enqueue(session, KIND, hour, hour=hour)


def _replies(session: Session) -> Iterable[Late]:
    rows = session.execute(
        select(BankFile, BankChannel)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .where(BankFile.state.in_(_AT_BANK))
    )
    for file, channel in rows:
        day = file.executes_on or file.execution_date
        yield Late(channel, "reply", file.file_reference, day, due_at(channel, day, "reply"))


def _statements(session: Session) -> Iterable[Late]:
    """A day on which a file of ours was to be paid has a statement."""
    told = exists().where(
        BankStatement.channel_id == BankFile.channel_id,
        BankStatement.booked_on == EXECUTED_ON,
        ~replaced(),
    )
    closed = exists().where(
        BankDay.channel_id == BankFile.channel_id,
        BankDay.day == EXECUTED_ON,
        ~chain.reopened(),
    )
    rows = session.execute(
        select(BankChannel, EXECUTED_ON)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .where(BankFile.state.not_in(("prepared", "withdrawn")), ~told, ~closed)
        .distinct()
    )
    for channel, day in rows:
        yield Late(channel, "statement", day.isoformat(), day, due_at(channel, day, "statement"))
