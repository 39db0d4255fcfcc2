"""What is kept about imported correction workbooks and their rows."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves, register
from service.foundation import ids
from service.foundation.database import Base

ROW_MOVES = register(
    "correction_rows",
    {
        ("", "ready"): "correction.read",
        ("", "faulty"): "correction.kept_with_faults",
        ("faulty", "ready"): "correction.mended",
        # What was right at the import may be wrong when it is asked for.
        ("ready", "faulty"): "correction.refused",
        ("ready", "asked"): "correction.asked",
        # A later workbook says something else about the same payment, or an officer drops it.
        ("ready", "dropped"): "correction.dropped",
        ("faulty", "dropped"): "correction.dropped",
    },
)


class CorrectionFile(Base):
    """A workbook that was imported, once by its bytes."""

    __tablename__ = "correction_files"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    file_name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text, unique=True)
    lines_given_out: Mapped[int]
    """How many lines the workbook had when it was exported."""
    rows_blank: Mapped[int]
    """Rows that nobody filled in; they say nothing."""
    rows_known: Mapped[int]
    """Rows that say what another import said already."""
    rows_hidden: Mapped[int]
    imported_by: Mapped[str] = mapped_column(Text)
    imported_at: Mapped[datetime]
    times_seen: Mapped[int] = mapped_column(server_default="1")


class CorrectionRow(Movable):
    """One filled-in row: what it says, what is wrong with it, and what it has become."""

    __tablename__ = "correction_rows"
    moves: ClassVar[Moves] = ROW_MOVES
    __table_args__ = (
        CheckConstraint("state IN ('ready', 'faulty', 'asked', 'dropped')", name="state"),
        CheckConstraint("(state = 'asked') = (change_id IS NOT NULL)", name="asked"),
        CheckConstraint("state <> 'ready' OR payment_id IS NOT NULL", name="ready"),
        Index("ix_correction_rows_file_id", "file_id"),
        Index("ix_correction_rows_payment_id", "payment_id"),
        # Of one payment at most one correction waits to be asked for.
        Index(
            "uq_correction_rows_ready",
            "payment_id",
            unique=True,
            postgresql_where=text("state = 'ready'"),
        ),
    )

    file_id: Mapped[UUID] = mapped_column(ForeignKey("correction_files.id"))
    sheet: Mapped[str] = mapped_column(Text)
    row_no: Mapped[int]
    """As people see it in the sheet, from 1."""
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"))
    raw_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """JSON {delivered: {header: text}, entry: {field: text}}, for ``correction_rows:raw:<id>``."""
    said_index: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Blind index of account and bank code, by which the same word is known again."""
    faults: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    """[{cell, column, field, code, sentence, sentence_zh}] – no values."""
    change_id: Mapped[UUID | None] = mapped_column(ForeignKey("account_changes.id"))
