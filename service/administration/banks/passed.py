"""What passed between a bank and us last, by name and hour: no payment and no amount is read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.dispatch.models import BankFile
from service.ledger.models import BankChannel
from service.reconciliation.models import InboundFile

MOST = 10


@dataclass(frozen=True)
class Passed:
    """One file that went to a bank or came from it."""

    name: str
    state: str
    at: datetime | None
    kind: str = ""
    """``reply`` or ``statement``, of what came."""


def sent(session: Session, channel: BankChannel) -> Sequence[Passed]:
    """Return the files written for a bank last, the newest first."""
    rows = session.execute(
        select(BankFile.file_name, BankFile.state, BankFile.sent_at)
        .where(BankFile.channel_id == channel.id)
        .order_by(BankFile.made_at.desc(), BankFile.file_reference)
        .limit(MOST)
    )
    return [Passed(name, state, at) for name, state, at in rows]


def received(session: Session, channel: BankChannel) -> Sequence[Passed]:
    """Return the files that a bank gave us last, the newest first."""
    rows = session.execute(
        select(InboundFile.file_name, InboundFile.state, InboundFile.received_at, InboundFile.kind)
        .where(InboundFile.channel_id == channel.id)
        .order_by(InboundFile.received_at.desc(), InboundFile.file_name)
        .limit(MOST)
    )
    return [Passed(name, state, at, kind) for name, state, at, kind in rows]


def changes(session: Session, channel: BankChannel) -> Sequence[AuditEntry]:
    """Return when a channel was registered and changed, the newest first."""
    return session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == "bank_channels",
            AuditEntry.object_id == str(channel.id),
            AuditEntry.act.in_(("channel.registered", "channel.changed")),
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(MOST)
    ).all()
