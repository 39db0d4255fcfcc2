"""What is kept about rules: the sets behind the digests, and the proposals to change them."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.foundation import ids
from service.foundation.database import Base
from service.foundation.said import Said
from service.programmes.proposals.lifecycle import PROPOSAL_MOVES


class RuleSetVersion(Base):
    """One exact set of rules and parameters."""

    __tablename__ = "rule_set_versions"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    recorded_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Canonical JSON of every programme and parameter, as the digest was taken over."""


class RuleProposal(Movable):
    """A change of rules or parameters: who wants it, under which law, and from which month on.

    What is proposed may be edited only as a draft or once it was returned; the database refuses
    any other edit, and an approval without two people who did not write it.
    """

    __tablename__ = "rule_proposals"
    moves: ClassVar[Moves] = PROPOSAL_MOVES
    __table_args__ = (
        CheckConstraint(
            "state IN ('draft', 'submitted', 'approved_by_department', 'approved', 'in_force', "
            "'returned', 'withdrawn')",
            name="state",
        ),
        CheckConstraint("effective_month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'", name="effective_month"),
        CheckConstraint("department_by <> written_by", name="department_is_another"),
        CheckConstraint(
            "finance_by <> written_by AND finance_by <> department_by", name="finance_is_another"
        ),
        CheckConstraint(
            "state NOT IN ('approved_by_department', 'approved', 'in_force') "
            "OR department_by IS NOT NULL",
            name="department_approved",
        ),
        CheckConstraint(
            "state NOT IN ('approved', 'in_force') OR finance_by IS NOT NULL",
            name="finance_approved",
        ),
        Index("ix_rule_proposals_state_effective_month", "state", "effective_month"),
    )

    number: Mapped[int] = mapped_column(Identity(), unique=True)
    title: Mapped[str] = mapped_column(Said)
    law: Mapped[str] = mapped_column(Text)
    """The document and article that ask for the change."""
    evidence: Mapped[str] = mapped_column(Text)
    """How the law is known, in the words of the rule files: ``sourced``, ``secondary: …``"""
    reason: Mapped[str] = mapped_column(Said)
    effective_month: Mapped[str] = mapped_column(Text)
    """The first month that is assessed under the change."""
    base_digest: Mapped[str] = mapped_column(Text)
    """The rules in force for that month that the change was compared with."""
    proposed_digest: Mapped[str] = mapped_column(Text)
    written_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    written_at: Mapped[datetime]
    department_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    department_at: Mapped[datetime | None]
    finance_by: Mapped[UUID | None] = mapped_column(ForeignKey("officers.id"))
    finance_at: Mapped[datetime | None]

    @property
    def spoken_name(self) -> str:
        """What people call it: ``R12``."""
        return f"R{self.number}"


class RuleProposalFile(Base):
    """One file of a proposal: its whole text before and after."""

    __tablename__ = "rule_proposal_files"

    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("rule_proposals.id"), primary_key=True)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    """As in the folder of the rules: ``parameters/dibao_std.yaml``, ``cases/MZ15.yaml``."""
    before: Mapped[str | None] = mapped_column(Text)
    after: Mapped[str] = mapped_column(Text)


class RulePreview(Base):
    """What a proposal would do to everybody, on one snapshot: counted, never a list of people."""

    __tablename__ = "rule_previews"
    __table_args__ = (
        UniqueConstraint("proposal_id", "snapshot_id", "base_digest", "proposed_digest"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    proposal_id: Mapped[UUID] = mapped_column(ForeignKey("rule_proposals.id"))
    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshots.id"))
    base_digest: Mapped[str] = mapped_column(Text)
    proposed_digest: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """By programme, as `assessment.preview` counted it; amounts are whole fen."""
