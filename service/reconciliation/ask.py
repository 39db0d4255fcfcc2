"""Ask banks that lay nothing out: what became of each file, and for each day's statement.

When to ask is computed from when a file was sent, so a lost round loses nothing: each turn is one
job, asked for again by every round until it is done.
"""

import hashlib
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from bank_adapters import BankProfile, Reply, State, adapter_for
from bank_adapters.direct.dialect import Told
from bank_adapters.transport import BankUnreachable
from service.audit.actor import Actor
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch import queries as dispatch_queries
from service.dispatch.channels import direct
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.jobs import enqueue, job
from service.foundation.jobs.sweep import beat
from service.foundation.logs import logger
from service.ledger.models import BankChannel
from service.reconciliation.banks_now import beat_of
from service.reconciliation.denied import note_told
from service.reconciliation.models import BankStatement, InboundFile
from service.reconciliation.replaced import replaced
from service.reconciliation.reply import receive_reply
from service.reconciliation.statement import receive_statement

ASKED = ("unknown", "delivered", "answered")
WAITING = ("sent", "unknown")
_EAGER_SECONDS = 3600
_LATER_SECONDS = 1800
_SAME = {
    (State.PAID, "paid"),
    (State.PAID, "returned"),
    (State.REJECTED, "rejected"),
    (State.REJECTED, "reissued"),
}


def ask_for_what_is_due(session: Session, channel: BankChannel, now: datetime) -> None:
    """Enqueue this turn's question about every file with payments in transit, and for statements."""
    profile = adapter_for(channel.profile).profile
    for file in session.scalars(
        select(BankFile).where(BankFile.channel_id == channel.id, _in_transit())
    ):
        number = turn(profile, (file.sent_at or now), now)
        if number is not None:
            enqueue(session, "reconciliation.ask_result", f"{file.id}:{number}", file_id=file.id)
    hour = f"{clock.civil(now):%Y-%m-%dT%H}"
    enqueue(session, "reconciliation.ask_statement", f"{channel.id}:{hour}", channel_id=channel.id)


def turn(profile: BankProfile, sent_at: datetime, now: datetime) -> int | None:
    """Return which of a file's turns it is, None before the first and after the bank's last day.

    In the first hour as often as the bank allows, then every half hour at most.
    """
    every = profile.asked_every_seconds
    age = int((now - sent_at).total_seconds())
    if every is None or age < every or age > profile.asked_for_days * 24 * 3600:
        return None
    if age < _EAGER_SECONDS:
        return age // every
    return _EAGER_SECONDS // every + (age - _EAGER_SECONDS) // max(every, _LATER_SECONDS)


@job("reconciliation.ask_result", queue="bank")
def ask_result(session: Session, file_id: str) -> None:
    """Ask what became of a file; an answer that says something new goes the road of a reply file.

    A bank that is silent or unclear moves nothing; the next turn asks again.
    """
    file = session.scalars(
        select(BankFile).where(BankFile.id == UUID(file_id), _in_transit())
    ).first()
    if file is None:
        return
    channel = session.get_one(BankChannel, file.channel_id)
    told, content = _asked(channel, file)
    note_told(session, channel, file, told)
    if told is Told.KNOWN:
        _take(session, channel, file, content)
    if told is not Told.UNCLEAR:
        # Last, so that questions to one bank wait for each other no longer than a commit takes.
        beat(session, beat_of(channel.code))


def _take(session: Session, channel: BankChannel, file: BankFile, content: bytes) -> None:
    """Let an answer go the road of a reply file where it says something new."""
    by = Actor(kind="bank", id=channel.code)
    reply = adapter_for(channel.profile).read_reply("", content)
    if not reply.believable:
        _keep_once(session, channel, file, content, by)
    elif _says_something_new(session, file, reply):
        receive_reply(session, channel, f"{file.file_reference}.answer", content, by=by)
    else:
        here = dispatch_queries.locked(session, file.id)
        if here.state == "unknown":
            move(session, here, "delivered", by=by, details={"seen": "answer"})


@job("reconciliation.ask_statement", queue="bank")
def ask_statement(session: Session, channel_id: str, on: str = "") -> None:
    """Ask for every day's statement that is missing, up to ``on`` (today), oldest first."""
    channel = session.get_one(BankChannel, UUID(channel_id))
    by = Actor(kind="bank", id=channel.code)
    days = _days_missing(session, channel, date.fromisoformat(on) if on else clock.today())
    # All asked before the first is received: from then on nobody else's file of this bank is.
    answered = _statements(channel, days)
    for day, content in answered:
        if content is not None:
            name = f"{channel.code}-statement-{day:%Y%m%d}.xml"
            receive_statement(session, channel, name, content, by=by)
    if answered:
        beat(session, beat_of(channel.code))


def _statements(channel: BankChannel, days: list[date]) -> list[tuple[date, bytes | None]]:
    """Return what the bank said of each day until it was silent; None of one without a statement yet."""
    way, found = direct(channel), []
    for day in days:
        try:
            content = way.statement(channel.debtor_account, day)
        except BankUnreachable as silent:
            logger("reconciliation").warning("bank.silent", channel=channel.code, code=silent.code)
            break
        found.append((day, content))
    return found


def _asked(channel: BankChannel, file: BankFile) -> tuple[Told, bytes]:
    try:
        told, content = direct(channel, lambda: dispatch_queries.content(file)).ask()
    except BankUnreachable as silent:
        logger("reconciliation").warning("bank.silent", channel=channel.code, code=silent.code)
        return Told.UNCLEAR, b""
    if told not in {Told.KNOWN, Told.NOT_FOUND}:
        logger("reconciliation").warning("bank.unclear", channel=channel.code, code=told.value)
    return told, content


def _keep_once(
    session: Session, channel: BankChannel, file: BankFile, content: bytes, by: Actor
) -> None:
    """Keep an answer that cannot be believed, but not every turn's again: one is clear enough."""
    name = f"{file.file_reference}.answer"
    kept = session.scalars(
        select(InboundFile.id).where(
            InboundFile.channel_id == channel.id,
            InboundFile.file_name == name,
            InboundFile.state == "quarantined",
            InboundFile.sha256 != hashlib.sha256(content).hexdigest(),
        )
    ).first()
    if kept is None:
        receive_reply(session, channel, name, content, by=by)


def _says_something_new(session: Session, file: BankFile, reply: Reply) -> bool:
    """Tell whether an answer gives a payment another end than we have: most turns bring nothing."""
    states = {
        payment.reference: payment.state
        for payment in session.scalars(select(Payment).where(Payment.bank_file_id == file.id))
    }
    return any(
        record.state in {State.PAID, State.REJECTED}
        and (record.state, states.get(record.reference)) not in _SAME
        for record in reply.records
    )


def _days_missing(session: Session, channel: BankChannel, until: date) -> list[date]:
    first = session.scalar(
        select(BankFile.execution_date)
        .where(BankFile.channel_id == channel.id, BankFile.sent_at.is_not(None))
        .order_by(BankFile.execution_date)
        .limit(1)
    )
    if first is None:
        return []
    window = adapter_for(channel.profile).profile.asked_for_days
    # The day before too: a bank's day need not end when ours does.
    begin = max(first - timedelta(days=1), until - timedelta(days=window - 1))
    booked = set(
        session.scalars(
            select(BankStatement.booked_on).where(
                BankStatement.channel_id == channel.id,
                BankStatement.booked_on >= begin,
                ~replaced(),
            )
        )
    )
    days = [begin + timedelta(days=number) for number in range((until - begin).days + 1)]
    return [day for day in days if day not in booked]


def _in_transit() -> ColumnElement[bool]:
    return BankFile.state.in_(ASKED) & (
        select(Payment.id)
        .where(Payment.bank_file_id == BankFile.id, Payment.state.in_(WAITING))
        .exists()
    )
