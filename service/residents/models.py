"""What the shared resident database keeps: deliveries, persons, records, accounts, households."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Delivery(Base):
    """One file a department delivered, and what became of its rows."""

    __tablename__ = "deliveries"
    __table_args__ = (
        Index("uq_deliveries_feed_sha256", "feed", "sha256", unique=True),
        CheckConstraint("state IN ('imported', 'refused')", name="state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    feed: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text)
    """As the department named it; shown, never used as a path."""
    sha256: Mapped[bytes] = mapped_column(LargeBinary)
    encoding: Mapped[str] = mapped_column(Text)
    sheet: Mapped[str] = mapped_column(Text, server_default="")
    state: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    received_by: Mapped[str] = mapped_column(Text)
    rows_total: Mapped[int] = mapped_column(server_default="0")
    rows_accepted: Mapped[int] = mapped_column(server_default="0")
    rows_rejected: Mapped[int] = mapped_column(server_default="0")
    rows_unchanged: Mapped[int] = mapped_column(server_default="0")
    """Accepted rows that said nothing new."""
    refusal: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    """Why the file as a whole was refused: code and sentences."""


class RejectedRow(Base):
    """A row that could not be believed, kept whole (sealed) with every reason."""

    __tablename__ = "rejected_rows"
    __table_args__ = (Index("ix_rejected_rows_delivery_id", "delivery_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    sheet: Mapped[str] = mapped_column(Text, server_default="")
    row_no: Mapped[int]
    """Row number as the department sees it in its own file, from 1."""
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{column, code, sentence, sentence_zh}] – no personal values; those are in ``raw_sealed``."""
    raw_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON object of header → text as delivered, sealed for place ``rejected_rows:raw:<id>``."""


class Person(Base):
    """A person, known by a surrogate id; name and division repeat the current hukou record."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    division: Mapped[str | None] = mapped_column(Text)
    """12-digit division of the hukou address."""


class PersonIdentifier(Base):
    """An ID number of a person: sealed, indexed, and who said so."""

    __tablename__ = "person_identifiers"
    __table_args__ = (
        Index("uq_person_identifiers_value_index", "value_index", unique=True),
        Index("ix_person_identifiers_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(Text, server_default="id18")
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``person_identifiers:value:<hex of value_index>``."""
    value_index: Mapped[bytes] = mapped_column(LargeBinary)
    """Blind index of the 18-character number, purpose ``id18``."""
    tail: Mapped[str] = mapped_column(Text)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))


class Household(Base):
    """A household of one kind: registered (hukou), living together (assist), contracting (land)."""

    __tablename__ = "households"
    __table_args__ = (
        Index("uq_households_kind_code", "kind", "code", unique=True),
        CheckConstraint("kind IN ('hukou', 'assist', 'land')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    code: Mapped[str] = mapped_column(Text)


class FeedRecord(Base):
    """What one delivered row said, from when we knew it until something newer was said."""

    __tablename__ = "feed_records"
    __table_args__ = (
        Index(
            "uq_feed_records_current",
            "feed",
            "record_key",
            unique=True,
            postgresql_where=text("known_to IS NULL"),
        ),
        Index("ix_feed_records_person_id", "person_id", "feed"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    feed: Mapped[str] = mapped_column(Text)
    record_key: Mapped[str] = mapped_column(Text)
    """The feed's key with ID numbers replaced by person ids and accounts by their blind index."""
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))
    data: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Field → value as declared by the feed; ID numbers appear as ``<field>_person_id``."""
    digest: Mapped[bytes] = mapped_column(LargeBinary)
    """SHA-256 of the canonical data: the same words again change nothing."""
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    row_no: Mapped[int]
    known_from: Mapped[datetime]
    known_to: Mapped[datetime | None]


class Account(Base):
    """A bank account of a person as RS_CARD delivered it, with the bank's own answer beside it."""

    __tablename__ = "accounts"
    __table_args__ = (
        Index(
            "uq_accounts_current",
            "person_id",
            unique=True,
            postgresql_where=text("known_to IS NULL"),
        ),
        Index("ix_accounts_card_index", "card_index"),
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
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
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


class ProxyRegistration(Base):
    """The proxy register: an account that may receive for others (guardian, institution)."""

    __tablename__ = "proxy_registrations"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    card_index: Mapped[bytes] = mapped_column(LargeBinary)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Snapshot(Base):
    """A frozen set of facts: what was decided about a month was decided from exactly these."""

    __tablename__ = "snapshots"
    __table_args__ = (Index("uq_snapshots_month_digest", "month", "digest", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    month: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 of the manifest, in hex."""
    manifest: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """{schema_version, month, as_known_at, feeds: {code: [delivery ids]}, tables: {name: {rows, sha256}}}"""
    folder: Mapped[str] = mapped_column(Text)
    """Folder name under the snapshots directory."""
    taken_at: Mapped[datetime]
