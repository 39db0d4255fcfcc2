"""What is kept about officers: the person, the duties, the sessions and the signing keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.actor import Actor
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said

DUTIES = (
    "maker",
    "reviewer",
    "signer",
    "reconciler",
    "steward",
    "policy",
    "auditor",
    "administrator",
)
"""编制 · 复核 · 财政签发 · 对账 · 数据专员 · 政策 · 审计 · 系统管理."""


class Officer(Base):
    """A person who signs in. ``duties`` is a set of :data:`DUTIES`."""

    __tablename__ = "officers"
    __table_args__ = (
        CheckConstraint(
            "duties <@ ARRAY['maker','reviewer','signer','reconciler','steward','policy','auditor','administrator']",
            name="duties_known",
        ),
        CheckConstraint(
            "NOT (duties && ARRAY['administrator','auditor']) OR cardinality(duties) = 1",
            name="no_power_over_money",
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    username: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(Text)
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    password_hash: Mapped[str] = mapped_column(Text)
    """Argon2id, with its own parameters and salt inside."""
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    division: Mapped[str] = mapped_column(Text, server_default="")
    """Leading digits of the divisions whose residents this officer may see; "" is the whole county."""

    def has(self, duty: str) -> bool:
        return self.active and duty in self.duties

    def actor(self, session_id: str = "") -> Actor:
        """Return how this officer appears in the audit trail."""
        return Actor(
            kind="officer", id=str(self.id), organisation=self.organisation, session=session_id
        )


RELATIONS = ("self", "spouse", "parent", "child", "sibling", "in_law", "household", "business")
"""本人 · 配偶 · 父母 · 子女 · 兄弟姐妹 · 姻亲 · 共同生活 · 经济往来."""


class OfficerInterest(Base):
    """A resident whose money an officer has no business with: the officer, a relative, a partner.

    ``person_id`` is a row of the residents' persons, known here by its number only. What was
    declared is never rewritten; it ends with a date.
    """

    __tablename__ = "officer_interests"
    __table_args__ = (
        CheckConstraint(
            "relation IN ('self','spouse','parent','child','sibling','in_law','household','business')",
            name="relation",
        ),
        CheckConstraint("(ended_at IS NULL) = (ended_by IS NULL)", name="ended_by_somebody"),
        Index(
            "uq_officer_interests_standing",
            "officer_id",
            "person_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(
            "uq_officer_interests_one_self",
            "officer_id",
            unique=True,
            postgresql_where=text("ended_at IS NULL AND relation = 'self'"),
        ),
        Index("ix_officer_interests_person_id", "person_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    person_id: Mapped[int]
    relation: Mapped[str] = mapped_column(Text)
    declared_by: Mapped[str] = mapped_column(Text)
    """The id of the actor: the officer, a security administrator, or the system."""
    declared_at: Mapped[datetime]
    ended_by: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None] = mapped_column(Said)


class OfficerSession(Base):
    """A signed-in browser: only the hash of its token is kept."""

    __tablename__ = "officer_sessions"
    __table_args__ = (Index("uq_officer_sessions_token_hash", "token_hash", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class SignInAttempt(Base):
    """A try to sign in, right or wrong; the counts slow down guessing."""

    __tablename__ = "sign_in_attempts"
    __table_args__ = (Index("ix_sign_in_attempts_username_at", "username", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    username: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    succeeded: Mapped[bool] = mapped_column(Boolean)


class SigningKey(Base):
    """The public half of an officer's signing key; the private half is never here."""

    __tablename__ = "signing_keys"
    __table_args__ = (Index("ix_signing_keys_officer_id", "officer_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    algorithm: Mapped[str] = mapped_column(Text)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    registered_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
