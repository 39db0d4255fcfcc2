"""How each bank does now: what went there and came from there last, what is late, unknown or denied."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from service.dispatch.models import BankFile
from service.foundation.jobs.models import Heartbeat
from service.ledger.models import BankChannel
from service.ledger.queries import channels
from service.reconciliation.late import Late, late
from service.reconciliation.models import InboundFile
from service.reconciliation.quarantine.queries import is_rejected
from service.reconciliation.queries import is_replaced

_BEAT = "bank:"


@dataclass(frozen=True)
class BankNow:
    """One bank's channel, in counts and instants."""

    channel: BankChannel
    sent_at: datetime | None
    """When a file went there last."""
    received_at: datetime | None
    """When a file of the bank came last."""
    asked_at: datetime | None
    """When its server last let us look, or answered a question; None where nothing was asked yet."""
    unknown: int
    unknown_since: datetime | None
    denied: int
    late: Sequence[Late]
    quarantined: int

    @property
    def contact_at(self) -> datetime | None:
        """Return when anything last passed between the bank and us."""
        known = [one for one in (self.sent_at, self.received_at, self.asked_at) if one]
        return max(known, default=None)


@dataclass(frozen=True)
class _Sent:
    """What became of the files for a bank."""

    at: datetime | None = None
    unknown: int = 0
    unknown_since: datetime | None = None
    denied: int = 0


def banks_now(session: Session) -> list[BankNow]:
    """Return every bank's channel as it stands, by code."""
    sent = {row[0]: _Sent(*row[1:]) for row in session.execute(_sent())}
    received: dict[UUID, datetime | None] = {
        row[0]: row[1]
        for row in session.execute(
            select(InboundFile.channel_id, func.max(InboundFile.received_at)).group_by(
                InboundFile.channel_id
            )
        )
    }
    owed: dict[UUID, list[Late]] = defaultdict(list)
    for one in late(session):
        owed[one.channel.id].append(one)
    lying: dict[UUID, int] = {row[0]: row[1] for row in session.execute(_lying())}
    beats = {
        one.task: one.at
        for one in session.scalars(select(Heartbeat).where(Heartbeat.task.startswith(_BEAT)))
    }
    found = []
    for channel in channels(session):
        files = sent.get(channel.id, _Sent())
        found.append(
            BankNow(
                channel,
                sent_at=files.at,
                received_at=received.get(channel.id),
                asked_at=beats.get(beat_of(channel.code)),
                unknown=files.unknown,
                unknown_since=files.unknown_since,
                denied=files.denied,
                late=owed[channel.id],
                quarantined=lying.get(channel.id, 0),
            )
        )
    return found


def _sent() -> Select[UUID, datetime | None, int, datetime | None, int]:
    is_unknown = BankFile.state == "unknown"
    return select(
        BankFile.channel_id,
        func.max(BankFile.sent_at),
        func.count().filter(is_unknown),
        func.min(BankFile.intent_at).filter(is_unknown),
        func.count(BankFile.denied_at),
    ).group_by(BankFile.channel_id)


def _lying() -> Select[UUID, int]:
    return (
        select(InboundFile.channel_id, func.count())
        .where(InboundFile.state == "quarantined", ~is_replaced(), ~is_rejected())
        .group_by(InboundFile.channel_id)
    )


def beat_of(code: str) -> str:
    """Return under which name the time of the last look at a bank's server is left."""
    return f"{_BEAT}{code}"
