"""What is kept about officers: the person, the duties, the sessions and the signing keys."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.actor import Actor
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said
from service.officers.scopes import scopes_of

DUTIES = (
    "maker",
    "reviewer",
    "signer",
    "reconciler",
    "steward",
    "policy",
    "auditor",
    "system_administrator",
    "security_administrator",
)
"""编制 · 复核 · 财政签发 · 对账 · 数据专员 · 政策 · 审计 · 系统管理 · 安全管理."""

ALONE = ("auditor", "system_administrator", "security_administrator")
"""三权: no power over money, and each held by itself; the database refuses everything else."""

ORGANISATION_KINDS = (
    "civil_affairs",
    "finance",
    "department",
    "township",
    "village",
    "audit",
    "other",
)
"""民政 · 财政 · 其他部门 · 乡镇 · 村 · 审计 · 其他."""


class Organisation(Base):
    """An office that officers belong to, known by its name.

    The first officer of an office that nobody described yet makes it, of the kind ``other``.
    """

    __tablename__ = "organisations"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('civil_affairs','finance','department','township','village','audit','other')",
            name="kind",
        ),
        CheckConstraint("division ~ '^[0-9]{0,12}$'", name="division"),
        CheckConstraint("kind NOT IN ('township','village') OR division <> ''", name="has_place"),
    )

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, server_default="other")
    division: Mapped[str] = mapped_column(Text, server_default="")
    """Leading digits of where it is responsible; "" is the whole county."""
    department: Mapped[str] = mapped_column(Text, server_default="")
    """The department's folder in the catalogue of programmes, or "" for none."""


class Officer(Base):
    """A person who signs in. ``duties`` is a set of :data:`DUTIES`.

    ``duties`` and ``scopes`` repeat what the standing grants say (`holding`), so that one row
    tells whatever must be known of an officer to decide an act, read again with each request.
    """

    __tablename__ = "officers"
    __table_args__ = (
        CheckConstraint(
            "duties <@ ARRAY['maker','reviewer','signer','reconciler','steward','policy','auditor',"
            "'system_administrator','security_administrator']",
            name="duties_known",
        ),
        CheckConstraint(
            "NOT (duties && ARRAY['auditor','system_administrator','security_administrator']) "
            "OR cardinality(duties) = 1",
            name="no_power_over_money",
        ),
        CheckConstraint("division ~ '^[0-9]*$'", name="division"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    username: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    organisation: Mapped[str] = mapped_column(ForeignKey("organisations.name", onupdate="CASCADE"))
    duties: Mapped[list[str]] = mapped_column(ARRAY(Text))
    password_hash: Mapped[str] = mapped_column(Text)
    """Argon2id, with its own parameters and salt inside."""
    active: Mapped[bool] = mapped_column(Boolean, server_default="true")
    division: Mapped[str] = mapped_column(Text, server_default="")
    """Where a duty counts whose scope nothing else says; leading digits, "" is the whole county."""
    scopes: Mapped[dict[str, list[dict[str, Any]]]] = mapped_column(JSONB, server_default="{}")
    """{duty: [{division, programmes, departments, from, to}]}, as the grants have it."""
    emergency_until: Mapped[datetime | None]
    """Until when the officer may read everything in an emergency (`emergency`)."""

    def has(self, duty: str) -> bool:
        """Return whether the officer is active and holds a duty today."""
        return self.active and duty in self.duties and bool(scopes_of(self, duty))

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
    __table_args__ = (
        Index("ix_signing_keys_officer_id", "officer_id"),
        UniqueConstraint("credential_id"),
        CheckConstraint("confirmed_by <> officer_id", name="two_people"),
        CheckConstraint("sign_count >= 0", name="sign_count"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    algorithm: Mapped[str] = mapped_column(Text)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Of a passkey; its browser finds the key by it."""
    sign_count: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """What the passkey counted at its last use; a count that does not rise betrays a copy."""
    certificate: Mapped[bytes | None] = mapped_column(LargeBinary)
    """DER."""
    chain: Mapped[list[bytes]] = mapped_column(
        ARRAY(LargeBinary), default=list, server_default="{}"
    )
    """DER certificates between it and a root."""
    registered_at: Mapped[datetime]
    confirmed_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    """The second person; None when the system itself vouches (a software key of the demo)."""
    confirmed_at: Mapped[datetime | None]
    """Before this the key signs nothing."""
    revoked_at: Mapped[datetime | None]
