"""Everything that a bank owes us an answer for: when it is due, when it came, which alarm was given."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, select, true
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.models import BankChannel
from service.reconciliation.late import EXECUTED_ON, due_at, late
from service.reconciliation.models import BankStatement, InboundFile, LateAnswer

State = Literal["missing", "awaited", "late", "in_time"]
STATES: tuple[State, ...] = ("missing", "awaited", "late", "in_time")
KINDS = ("reply", "statement")
SHOWN_DAYS = 31
"""How far back what is settled is listed, where nobody asked for a day; what is missing always is."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What somebody wants to see; empty: everything."""

    bank: str = ""
    kind: str = ""
    state: str = ""
    from_day: date | None = None
    to_day: date | None = None


@dataclass(frozen=True)
class Expected:
    """One reply or statement: ``about`` is the reference of our file, or the day."""

    channel: BankChannel
    kind: str
    about: str
    file_id: UUID | None
    day: date
    due_at: datetime
    came_at: datetime | None
    state: State
    alarm_at: datetime | None
    """When the alarm was given that it had not come."""


def expected(session: Session, asked: Asked, *, now: datetime | None = None) -> list[Expected]:
    """Return what was asked for: what is missing first, then what is due next, then the newest."""
    instant = now or clock.now()
    missing = {(one.channel.id, one.kind, one.about) for one in late(session, now=instant)}
    alarms: dict[tuple[UUID, str, str], datetime] = {
        (one.channel_id, one.kind, one.about): one.raised_at
        for one in session.scalars(select(LateAnswer))
    }
    since = asked.from_day or clock.civil(instant).date() - timedelta(days=SHOWN_DAYS)
    found = []
    for channel, kind, about, file_id, day, came_at in _owed(session, asked):
        key = (channel.id, kind, about)
        due = due_at(channel, day, kind)
        state = _state(key in missing, due, came_at)
        one = Expected(channel, kind, about, file_id, day, due, came_at, state, alarms.get(key))
        if state != "missing" and day < since:
            continue
        if asked.state in ("", state):
            found.append(one)
    return sorted(found, key=_order)


def _order(one: Expected) -> tuple[int, float, str, str, str]:
    place = STATES.index(one.state)
    at = one.due_at.timestamp()
    # What is over is read backwards.
    return min(place, 2), at if place < 2 else -at, one.channel.code, one.kind, one.about


def _state(missing: bool, due: datetime, came_at: datetime | None) -> State:
    if missing:
        return "missing"
    if came_at is None:
        return "awaited"
    return "late" if came_at > due else "in_time"


_Owed = tuple[BankChannel, str, str, UUID | None, date, datetime | None]


def _owed(session: Session, asked: Asked) -> Iterator[_Owed]:
    if asked.kind in ("", "reply"):
        yield from _replies(session, asked)
    if asked.kind in ("", "statement"):
        yield from _statements(session, asked)


def _replies(session: Session, asked: Asked) -> Iterable[_Owed]:
    """A file is answered when every payment of it has an end, or the bank said that it listed all."""
    answered = (
        select(func.max(AuditEntry.at))
        .where(
            AuditEntry.object_type == "bank_files",
            AuditEntry.object_id == func.cast(BankFile.id, AuditEntry.object_id.type),
            AuditEntry.act == "bank_file.answered",
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(BankChannel, BankFile, answered)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .where(BankFile.state.not_in(("prepared", "withdrawn")), _wanted(asked))
    )
    for channel, file, came_at in rows:
        day = file.executes_on or file.execution_date
        yield channel, "reply", file.file_reference, file.id, day, came_at


def _statements(session: Session, asked: Asked) -> Iterable[_Owed]:
    """A day on which a file of ours was executed has a statement; the first that came counts."""
    came_at = (
        select(func.min(InboundFile.received_at))
        .join(BankStatement, BankStatement.inbound_file_id == InboundFile.id)
        .where(BankStatement.channel_id == BankChannel.id, BankStatement.booked_on == EXECUTED_ON)
        .scalar_subquery()
    )
    rows = session.execute(
        select(BankChannel, EXECUTED_ON, came_at)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .where(BankFile.state.not_in(("prepared", "withdrawn")), _wanted(asked))
        .distinct()
    )
    for channel, day, came in rows:
        yield channel, "statement", day.isoformat(), None, day, came


def _wanted(asked: Asked) -> ColumnElement[bool]:
    return and_(
        true(),
        *([BankChannel.code == asked.bank] if asked.bank else []),
        *([asked.from_day <= EXECUTED_ON] if asked.from_day else []),
        *([asked.to_day >= EXECUTED_ON] if asked.to_day else []),
    )
