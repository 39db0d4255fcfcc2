"""Accounts: where a person is paid, what the bank itself said, and who may receive for others."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, register
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said

ACCOUNT_CHANGE_MOVES = register(
    "account_changes",
    {
        ("", "requested"): "account_change.requested",
        ("requested", "confirmed"): "account_change.confirmed",
        ("requested", "refused"): "account_change.refused",
        ("requested", "withdrawn"): "account_change.withdrawn",
    },
)


class Account(Base):
    """A bank account of a person: the card office's word, or a change that two officers made."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index(
            "uq_accounts_current",
            "person_id",
            unique=True,
            postgresql_where=text("known_to IS NULL"),
        ),
        Index("ix_accounts_card_index", "card_index"),
        Index("ix_accounts_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    card_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``accounts:card:<hex of card_index>``."""
    card_index: Mapped[bytes] = mapped_column(LargeBinary)
    """Blind index of the account number, purpose ``card``."""
    tail: Mapped[str] = mapped_column(Text)
    bank_code: Mapped[str] = mapped_column(Text)
    bank_name: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    """正常, 未激活, 睡眠, 挂失, 销户 or 止付, as the card office says."""
    since: Mapped[date | None]
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliveries.id"))
    """The card office's delivery; None for a change two officers made."""
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("account_changes.id"))
    known_from: Mapped[datetime]
    known_to: Mapped[datetime | None]


class AccountVerification(Base):
    """The bank's own answer about an account: does holder and ID number match this person?"""

    __tablename__ = "account_verifications"
    __table_args__ = (
        Index("uq_account_verifications_card_index", "card_index", "person_id", unique=True),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    card_index: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    holder_name: Mapped[str] = mapped_column(Text)
    """The name exactly as the bank holds it; this is what a bank file carries."""
    verdict: Mapped[str] = mapped_column(Text)
    """``match``, ``mismatch`` or ``unavailable``; unavailable never counts as a match."""
    verified_on: Mapped[date]
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))


class AccountChange(Movable):
    """A change of account that one officer asked for and another one must agree to."""

    __tablename__ = "account_changes"
    __table_args__ = (
        Index(
            "uq_account_changes_requested",
            "person_id",
            unique=True,
            postgresql_where=text("state = 'requested'"),
        ),
        Index("ix_account_changes_person_id", "person_id"),
        CheckConstraint(
            "state IN ('requested', 'confirmed', 'refused', 'withdrawn')", name="state"
        ),
        CheckConstraint("state <> 'confirmed' OR decided_by <> requested_by", name="two_people"),
    )

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    card_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``account_changes:card:<id>``."""
    card_index: Mapped[bytes] = mapped_column(LargeBinary)
    tail: Mapped[str] = mapped_column(Text)
    bank_code: Mapped[str] = mapped_column(Text)
    bank_name: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Said)
    requested_by: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime]
    decided_by: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decision_reason: Mapped[str | None] = mapped_column(Said)


class ProxyRegistration(Base):
    """The proxy register: an account that may receive for others (guardian, institution)."""

    __tablename__ = "proxy_registrations"
    __table_args__ = (
        Index("ix_proxy_registrations_card_index", "card_index"),
        CheckConstraint("approved_by <> registered_by", name="two_people"),
        CheckConstraint("kind IN ('guardian', 'institution', 'couple', 'other')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    card_index: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(Text, server_default="other")
    """``guardian``, ``institution``, ``couple`` (with a written agreement) or ``other``."""
    reason: Mapped[str] = mapped_column(Said)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    """Last day on which it holds."""
    registered_by: Mapped[str] = mapped_column(Text, server_default="")
    registered_at: Mapped[datetime | None]
    approved_by: Mapped[str | None] = mapped_column(Text)
    """A second officer; until then the registration exempts nobody."""
    approved_at: Mapped[datetime | None]
