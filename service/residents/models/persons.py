"""Persons: a surrogate id each; numbers and names are dated facts about them, never the person."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said


class Person(Base):
    """A person, known by a surrogate id; name and division repeat the current hukou record.

    Each ID number makes one row. When two rows turn out to be one human being, one of them is
    ``merged_into`` the other (always the last one, never a chain): records, accounts and payments
    keep the id they came with, and whoever reads takes ``coalesce(merged_into, id)`` for both.
    So a merge can be taken back without anything having been rewritten.
    """

    __tablename__ = "persons"
    __table_args__ = (
        Index("ix_persons_name", "name"),
        Index(
            "ix_persons_merged_into",
            "merged_into",
            postgresql_where=text("merged_into IS NOT NULL"),
        ),
        CheckConstraint("merged_into <> id", name="not_into_itself"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    name: Mapped[str | None] = mapped_column(Text)
    division: Mapped[str | None] = mapped_column(Text)
    """12-digit division of the hukou address."""
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class PersonIdentifier(Base):
    """A number of a person: sealed, indexed, and who said so."""

    __tablename__ = "person_identifiers"
    __table_args__ = (
        Index("uq_person_identifiers_value_index", "value_index", unique=True),
        Index("ix_person_identifiers_person_id", "person_id"),
        CheckConstraint("kind IN ('id18', 'birth_certificate')", name="kind"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column(Text, server_default="id18")
    value_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Sealed for place ``person_identifiers:value:<hex of value_index>``."""
    value_index: Mapped[bytes] = mapped_column(LargeBinary)
    """Blind index of the number, purpose = its kind."""
    tail: Mapped[str] = mapped_column(Text)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    """Set when the police replaced it: a former number still leads to the same person."""


class PersonName(Base):
    """A name the household register gave a person, from when we knew it until it gave another."""

    __tablename__ = "person_names"
    __table_args__ = (Index("ix_person_names_person_id", "person_id"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    name: Mapped[str] = mapped_column(Text)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    known_from: Mapped[datetime]
    known_to: Mapped[datetime | None]


class IdentityAct(Base):
    """A merge of two persons, or its reversal (a split): with a reason, and never undone in place."""

    __tablename__ = "identity_acts"
    __table_args__ = (
        Index("ix_identity_acts_kept_id", "kept_id"),
        Index("ix_identity_acts_other_id", "other_id"),
        CheckConstraint("kind IN ('merge', 'split')", name="kind"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    kind: Mapped[str] = mapped_column(Text)
    kept_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str] = mapped_column(Said)
    by: Mapped[str] = mapped_column(Text)
    """Officer id, or the code of the feed whose word it rests on."""
    delivery_id: Mapped[UUID | None] = mapped_column(ForeignKey("deliveries.id"))
    at: Mapped[datetime]
    reverses_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_acts.id"))


class IdentityDispute(Base):
    """A number that two people carry: both are blocked until the police answered."""

    __tablename__ = "identity_disputes"
    __table_args__ = (
        Index(
            "uq_identity_disputes_open",
            "person_id",
            unique=True,
            postgresql_where=text("resolved_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    """The person row of the number; whoever carries it is found there."""
    feed: Mapped[str] = mapped_column(Text)
    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"))
    why: Mapped[str] = mapped_column(Text)
    """``two_rows`` (one file, two people) or ``another_person`` (name and birth both changed)."""
    opened_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[str | None] = mapped_column(Text)
    resolution: Mapped[str | None] = mapped_column(Said)


class Confirmation(Base):
    """What somebody who went and looked says: alive or dead, one human being or two."""

    __tablename__ = "confirmations"
    __table_args__ = (
        Index("ix_confirmations_person_id", "person_id"),
        CheckConstraint("answer IN ('dead', 'alive')", name="answer"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    answer: Mapped[str] = mapped_column(Text)
    stated_on: Mapped[date]
    """``dead``: the day of death; ``alive``: the day the person was seen."""
    organisation: Mapped[str] = mapped_column(Text)
    """The township or office that looked."""
    reason: Mapped[str] = mapped_column(Said)
    by: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
