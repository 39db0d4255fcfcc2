"""What is kept about endpoints, their secrets, events, and each try to deliver one."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.foundation import ids
from service.foundation.database import Base
from service.webhooks.lifecycle import ENDPOINT_MOVES


class WebhookEndpoint(Movable):
    """Where one office's system receives events of some programmes. Where and what never change."""

    __tablename__ = "webhook_endpoints"
    moves: ClassVar[Moves] = ENDPOINT_MOVES
    __table_args__ = (
        CheckConstraint("confirmed_by <> proposed_by", name="two_people"),
        CheckConstraint(
            "state NOT IN ('active', 'off') OR confirmed_by IS NOT NULL", name="confirmed"
        ),
        CheckConstraint("cardinality(programmes) > 0", name="has_programmes"),
        CheckConstraint("cardinality(kinds) > 0", name="has_kinds"),
        CheckConstraint("division ~ '^([1-9][0-9]{8})?$'", name="division"),
    )

    name: Mapped[str] = mapped_column(Text)
    """What people call the receiving system."""
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name", onupdate="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    division: Mapped[str] = mapped_column(Text)
    """Nine digits of the office's township, whose payments alone it hears of; "" is the county."""
    programmes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Names of `webhooks.kinds.KINDS`."""
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    confirmed_at: Mapped[datetime | None]
    off_at: Mapped[datetime | None]
    off_because: Mapped[str] = mapped_column(Text, server_default="")
    """Why it is off: ``officer``, ``silent`` (no answer for days) or ``gone`` (it said 410)."""
    failing_since: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    """How often in a row it could not be reached or was out of order."""
    not_before: Mapped[datetime | None]
    """It is left alone until then."""

    @property
    def spoken_name(self) -> str:
        return self.name


class WebhookSecret(Base):
    """A secret that events to one endpoint are signed with; for a while after a change there are two."""

    __tablename__ = "webhook_secrets"
    __table_args__ = (Index("ix_webhook_secrets_endpoint_id", "endpoint_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"))
    secret_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class WebhookEvent(Base):
    """Something that happened to up to five hundred payments of one batch, or to a batch or a bank's day.

    Written by the transaction in which it happened, with what is sent in columns: the bytes are the
    same however often and however late they are sent.
    """

    __tablename__ = "webhook_events"
    __table_args__ = (
        Index("ix_webhook_events_occurred_at", "occurred_at"),
        CheckConstraint("version > 0", name="version"),
    )

    id: Mapped[UUID] = mapped_column(
        primary_key=True, default=ids.uuid7, server_default=text("gen_random_uuid()")
    )
    seq: Mapped[int] = mapped_column(Identity(), unique=True)
    """Of two events of one payment, the later one has the larger number."""
    kind: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    occurred_at: Mapped[datetime]
    lane: Mapped[UUID]
    """What is delivered in order: the batch, of which a payment is for good."""
    about: Mapped[str] = mapped_column(Text)
    """The batch's number, or channel and day of a bank's day that was closed."""
    programme: Mapped[str] = mapped_column(Text, server_default="")
    month: Mapped[str] = mapped_column(Text, server_default="")
    division: Mapped[str] = mapped_column(Text, server_default="")
    """The township of all its payments, where some endpoint hears of one township only."""
    count: Mapped[int] = mapped_column(server_default="0")
    amount_fen: Mapped[int] = mapped_column(server_default="0")
    payments: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    amounts_fen: Mapped[list[int]] = mapped_column(ARRAY(BigInteger), server_default="{}")
    periods: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    codes: Mapped[list[str | None]] = mapped_column(ARRAY(Text), server_default="{}")
    """The bank's reason, where it gave one."""
    endpoint_id: Mapped[UUID | None] = mapped_column(ForeignKey("webhook_endpoints.id"))
    """Of a test: the one endpoint it is for."""


class WebhookDelivery(Base):
    """One event on its way to one endpoint; it waits while ``due_at`` is set."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index(
            "ix_webhook_deliveries_due",
            "endpoint_id",
            "due_at",
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index(
            "ix_webhook_deliveries_lane",
            "endpoint_id",
            "lane",
            "seq",
            postgresql_where=text("due_at IS NOT NULL"),
        ),
        Index("ix_webhook_deliveries_seq", "endpoint_id", "seq"),
        Index("ix_webhook_deliveries_event_id", "event_id"),
        CheckConstraint("num_nonnulls(due_at, delivered_at, parked_at) = 1", name="one_outcome"),
    )

    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_events.id"), primary_key=True)
    seq: Mapped[int]
    lane: Mapped[UUID]
    due_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    """Given up for now; an administrator may send it again."""
    tries: Mapped[int] = mapped_column(server_default="0")


class WebhookTry(Base):
    """What one try came to; never changed."""

    __tablename__ = "webhook_tries"
    __table_args__ = (
        Index("ix_webhook_tries_event", "endpoint_id", "event_id", "id"),
        Index("ix_webhook_tries_event_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    endpoint_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_endpoints.id"))
    event_id: Mapped[UUID] = mapped_column(ForeignKey("webhook_events.id"))
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(Text)
    """``taken``, ``refused`` (an answer that is no 2xx) or why there was no answer."""
    status: Mapped[int | None]
    milliseconds: Mapped[int]
    answer: Mapped[str] = mapped_column(Text, server_default="")
    """How the answer began, without long numbers."""
