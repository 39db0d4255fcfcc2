"""What is kept about a notice: the posting, what it showed, and that it was found to have ended."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, LargeBinary, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Notice(Base):
    """One posting of a batch: the approved lines must have the root that was posted.

    When an objection takes a line out, what is left is a row of its own that goes on with the days
    of ``original_id``; it has no number, because nothing else was hung up.
    """

    __tablename__ = "notices"
    __table_args__ = (
        Index("uq_notices_batch_root", "batch_id", "lines_root", unique=True),
        CheckConstraint("counted IN ('natural', 'working')", name="counted"),
        CheckConstraint("shows IN ('names_and_amounts', 'names', 'counts')", name="shows"),
        CheckConstraint("ends_on >= posted_on", name="days"),
        CheckConstraint("(number IS NULL) = (original_id IS NOT NULL)", name="numbered"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    number: Mapped[str | None] = mapped_column(Text, unique=True)
    """What is printed on it and stands in its address, such as ``MZ17-2026-10-01-G1``."""
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    original_id: Mapped[UUID | None] = mapped_column(ForeignKey("notices.id"))
    level: Mapped[str] = mapped_column(Text)
    days: Mapped[int]
    counted: Mapped[str] = mapped_column(Text, server_default="natural")
    unknown_years: Mapped[list[int]] = mapped_column(ARRAY(Integer), server_default="{}")
    """Years of whose days off nothing was known when working days were counted."""
    shows: Mapped[str] = mapped_column(Text, server_default="counts")
    answer_days: Mapped[int] = mapped_column(server_default="15")
    """Working days within which an objection is answered."""
    posted_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day of the notice; approval is possible from the next day."""
    lines_root: Mapped[bytes] = mapped_column(LargeBinary)

    @property
    def posting_id(self) -> UUID:
        """The posting whose lines, days and number count."""
        return self.original_id or self.id


class NoticeLine(Base):
    """One line as it was posted; the public page knows nothing else about anybody."""

    __tablename__ = "notice_lines"
    __table_args__ = (
        Index("ix_notice_lines_division", "notice_id", "division", "place"),
        Index("ix_notice_lines_payment_id", "payment_id"),
    )

    notice_id: Mapped[UUID] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Its number on the list, from 1."""
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    division: Mapped[str | None] = mapped_column(Text)
    name_masked: Mapped[str | None] = mapped_column(Text)
    """The first character and stars; nothing for a child, and where the rule shows counts only."""
    amount_fen: Mapped[int | None]
    """Nothing where the rule shows no amounts, or the line no name."""
    kind: Mapped[str] = mapped_column(Text, server_default="regular")
    """The line's type; ``office_late``: arrears because the office decided after the law's deadline."""


class NoticeCheck(Base):
    """That on a day a list was found to need no notice, or to have hung for all its days.

    Without such a row for its present lines the database approves no batch.
    """

    __tablename__ = "notice_checks"
    __table_args__ = (
        CheckConstraint("reason IN ('ended', 'not_asked', 'reissue')", name="reason"),
        CheckConstraint("(reason = 'ended') = (notice_id IS NOT NULL)", name="notice"),
        Index("uq_notice_checks_batch_root", "batch_id", "lines_root", unique=True),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    lines_root: Mapped[bytes] = mapped_column(LargeBinary)
    notice_id: Mapped[UUID | None] = mapped_column(ForeignKey("notices.id"))
    reason: Mapped[str] = mapped_column(Text)
    checked_on: Mapped[date]
    checked_at: Mapped[datetime]
