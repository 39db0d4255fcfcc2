"""Places: administrative divisions with their validity, and households of three kinds."""

from datetime import date

from sqlalchemy import CheckConstraint, Identity, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class Division(Base):
    """One 12-digit division for as long as it existed; history stays under its old code."""

    __tablename__ = "divisions"
    __table_args__ = (
        CheckConstraint("code ~ '^[1-9][0-9]{11}$'", name="code"),
        CheckConstraint("level IN ('county', 'township', 'village')", name="level"),
        Index("ix_divisions_parent", "parent"),
    )

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    parent: Mapped[str | None] = mapped_column(Text)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    succeeded_by: Mapped[str | None] = mapped_column(Text)
    """The code it was merged into or renumbered to."""


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
