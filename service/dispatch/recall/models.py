"""What is kept about recalls."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.dispatch.recall.lifecycle import RECALL_LINE_MOVES, RECALL_MOVES
from service.foundation.database import Base
from service.foundation.said import Said


class Recall(Movable):
    """One request to a bank not to execute payments of one of our files."""

    __tablename__ = "recalls"
    moves: ClassVar[Moves] = RECALL_MOVES
    __table_args__ = (
        UniqueConstraint("bank_file_id", "number"),
        CheckConstraint("asked_by <> agreed_by", name="two_people"),
        CheckConstraint("count > 0", name="not_empty"),
        CheckConstraint("(content IS NULL) = (sha256 IS NULL)", name="bytes_and_digest"),
    )

    bank_file_id: Mapped[UUID] = mapped_column(ForeignKey("bank_files.id"))
    number: Mapped[int]
    """1, 2 … of the same bank file."""
    reference: Mapped[str] = mapped_column(Text, unique=True)
    """Ours, known to the bank as the request's id: the file's reference, C and the number."""
    reason_code: Mapped[str] = mapped_column(Text)
    """A code of ISO 20022, as banks understand it."""
    reason: Mapped[str] = mapped_column(Said)
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    agreed_by: Mapped[UUID] = mapped_column(ForeignKey("officers.id"))
    asked_at: Mapped[datetime]
    answer_due_on: Mapped[date]
    """The last working day on which an answer is no alarm."""
    late_at: Mapped[datetime | None]
    """When the alarm was given."""
    count: Mapped[int]
    amount_fen: Mapped[int]
    file_name: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The exact bytes of the message: references and amounts, no person; None for a letter."""
    sha256: Mapped[str | None] = mapped_column(Text)
    intent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(server_default="0")

    @property
    def spoken_name(self) -> str:
        return self.reference


class RecallLine(Base):
    """One payment in a recall; ``state`` moves in sets through `recall.lines.move_recall_lines`."""

    __tablename__ = "recall_lines"
    moves: ClassVar[Moves] = RECALL_LINE_MOVES
    __table_args__ = (
        UniqueConstraint("recall_id", "payment_id"),
        Index(
            "uq_recall_lines_open",
            "payment_id",
            unique=True,
            postgresql_where=text("state IN ('asked', 'disputed')"),
        ),
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    recall_id: Mapped[UUID] = mapped_column(ForeignKey("recalls.id"))
    payment_id: Mapped[int] = mapped_column(ForeignKey("payments.id"))
    state: Mapped[str] = mapped_column(Text)
    was: Mapped[str] = mapped_column(Text)
    """The payment's state when it was asked for: what the bank had said by then."""
    code: Mapped[str | None] = mapped_column(Text)
    """What the bank said last, also while it said nothing final."""
    told: Mapped[str | None] = mapped_column(Said)
