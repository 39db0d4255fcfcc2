"""What is kept about a recovery: the case, its months, what came back and who decided what."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.batches.recoveries.lifecycle import RECOVERY_MOVES
from service.foundation.database import Base
from service.foundation.said import Said


class RecoveryCase(Movable):
    """What one recipient of one programme was paid and was not due, in one or more months."""

    __tablename__ = "recovery_cases"
    moves: ClassVar[Moves] = RECOVERY_MOVES
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_recovery_cases_subject", "programme", "subject_kind", "subject_id"),
        Index("ix_recovery_cases_payee", "payee_person_id"),
        CheckConstraint("share_percent BETWEEN 1 AND 100", name="share"),
        CheckConstraint("monthly_fen > 0", name="monthly_positive"),
        CheckConstraint(
            "state NOT IN ('netting', 'instalments') OR notified_on IS NOT NULL", name="told_first"
        ),
    )

    number: Mapped[int] = mapped_column(Identity())
    programme: Mapped[str] = mapped_column(Text)
    subject_kind: Mapped[str] = mapped_column(Text)
    subject_id: Mapped[int]
    payee_person_id: Mapped[int | None]
    """Who received the money."""
    division: Mapped[str | None] = mapped_column(Text)
    month: Mapped[str] = mapped_column(Text)
    """The pay month in which it was found."""
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(Text)
    """Who asked for the months to be looked at again: the maker of the case."""
    notified_on: Mapped[date | None]
    share_percent: Mapped[int | None]
    """How much of each later payment may be kept, at most."""
    monthly_fen: Mapped[int | None]
    """An instalment; the last one is the remainder. Only in state ``instalments``."""
    first_month: Mapped[str | None] = mapped_column(Text)
    """The month of the first instalment."""

    @property
    def case_no(self) -> str:
        """Printed and spoken: ``R000123``."""
        return f"R{self.number or 0:06d}"

    @property
    def spoken_name(self) -> str:
        return self.case_no


class RecoveryItem(Base):
    """One month of a case: so much of what was paid for it was not due."""

    __tablename__ = "recovery_items"
    __table_args__ = (
        UniqueConstraint("case_id", "period"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("recovery_cases.id"))
    period: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    """The re-assessment that says what was due."""
    mends_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    """The line that paid too much."""


class DoublePayment(Base):
    """A month that two lines paid: the case asks back what the first one paid."""

    __tablename__ = "double_payments"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id"),
        Index("ix_double_payments_second_id", "second_id"),
        CheckConstraint("first_id <> second_id", name="two_lines"),
    )

    case_id: Mapped[UUID] = mapped_column(ForeignKey("recovery_cases.id"), primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    """It was said to have failed, or to have come back."""
    second_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    """It was issued instead, and paid."""
    year: Mapped[int]
    """The budget year that the double payment was taken from."""


class RecoveryReduction(Base):
    """Less of a month is asked back, because later facts say so."""

    __tablename__ = "recovery_reductions"
    __table_args__ = (
        Index("ix_recovery_reductions_item_id", "item_id"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("recovery_items.id"))
    amount_fen: Mapped[int]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decisions.id"))
    at: Mapped[datetime]


class RecoveryOffset(Base):
    """What a line would have paid, and how much of it was kept for a case: gross − offset = net."""

    __tablename__ = "recovery_offsets"
    __table_args__ = (
        Index("ix_recovery_offsets_case_id", "case_id"),
        CheckConstraint("offset_fen > 0 AND offset_fen < gross_fen", name="leaves_something"),
    )

    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("recovery_cases.id"), primary_key=True)
    gross_fen: Mapped[int]
    offset_fen: Mapped[int]


class RecoveryReceipt(Base):
    """Money that was paid back, as the bank's statement shows it."""

    __tablename__ = "recovery_receipts"
    __table_args__ = (
        UniqueConstraint("case_id", "reference"),
        CheckConstraint("amount_fen > 0", name="amount_positive"),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("recovery_cases.id"))
    reference: Mapped[str] = mapped_column(Text)
    """The bank's reference of the receipt: the same one counts once."""
    amount_fen: Mapped[int]
    received_on: Mapped[date]
    recorded_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    at: Mapped[datetime]


class RecoveryAct(Base):
    """Who has decided what in a case: one person, one act of a kind – the key is the rule."""

    __tablename__ = "recovery_acts"

    case_id: Mapped[UUID] = mapped_column(ForeignKey("recovery_cases.id"), primary_key=True)
    act: Mapped[str] = mapped_column(Text, primary_key=True)
    """noticed, agreed or write_off."""
    officer_id: Mapped[UUID] = mapped_column(ForeignKey("officers.id"), primary_key=True)
    at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Said, server_default="")
