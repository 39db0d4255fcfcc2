"""What is kept about acts of two people: the question and its answer, neither ever changed."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base

KINDS = ("reopen_day", "write_off", "reverse_entry", "close_year", "take_file", "settle_held")


class FinanceAsk(Base):
    """One officer asks for an act on the books."""

    __tablename__ = "finance_asks"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('reopen_day', 'write_off', 'reverse_entry', 'close_year', 'take_file', "
            "'settle_held')",
            name="kind",
        ),
        CheckConstraint("reason <> ''", name="reason"),
        Index("ix_finance_asks_thing", "kind", "thing_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    kind: Mapped[str] = mapped_column(Text)
    thing_id: Mapped[str] = mapped_column(Text)
    amount_fen: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """What is shown to whoever answers, and what the act was asked for: whole numbers and codes."""
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]


class FinanceAnswer(Base):
    """Another officer confirms or refuses; the database refuses the same one."""

    __tablename__ = "finance_answers"
    __table_args__ = (CheckConstraint("answer IN ('confirmed', 'refused')", name="answer"),)

    ask_id: Mapped[UUID] = mapped_column(ForeignKey("finance_asks.id"), primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    answered_at: Mapped[datetime]
