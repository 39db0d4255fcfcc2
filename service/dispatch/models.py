"""What is kept about bank files."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from service.audit.moves import Movable, Moves
from service.dispatch.lifecycle import BANK_FILE_MOVES
from service.foundation.database import Base


class KeptProfile(Base):
    """What a bank had agreed with us, as it was when a file was written by it; never changed."""

    __tablename__ = "kept_profiles"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    definition: Mapped[str] = mapped_column(Text)
    """The whole data file; "" for a profile that is code."""
    kept_at: Mapped[datetime]


class BankFile(Movable):
    """One file for one bank, with the exact bytes that were signed."""

    __tablename__ = "bank_files"
    moves: ClassVar[Moves] = BANK_FILE_MOVES
    __table_args__ = (
        Index("ix_bank_files_batch_id", "batch_id"),
        Index(
            "uq_bank_files_stands_for",
            "stands_for_id",
            unique=True,
            postgresql_where=text("state <> 'withdrawn'"),
        ),
        Index("ix_bank_files_channel_day", "channel_id", "execution_date"),
        Index(
            "uq_bank_files_day_number",
            "channel_id",
            "execution_date",
            "day_number",
            unique=True,
        ),
    )

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    round: Mapped[int]
    channel_id: Mapped[UUID] = mapped_column(ForeignKey("bank_channels.id"))
    profile: Mapped[str] = mapped_column(Text)
    profile_version: Mapped[int]
    profile_sha256: Mapped[str | None] = mapped_column(ForeignKey("kept_profiles.sha256"))
    """What the bank had agreed when it was written; None for a file from before this was kept."""
    file_reference: Mapped[str] = mapped_column(Text, unique=True)
    """Ours, known to the bank as the message or file id; never used twice."""
    file_name: Mapped[str] = mapped_column(Text)
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """The bytes in base64, sealed for place ``bank_files:content:<id>``; read only when asked for:
    who looks at the files of a list does not carry all their megabytes."""
    sha256: Mapped[str] = mapped_column(Text)
    sm3: Mapped[str] = mapped_column(Text)
    size_bytes: Mapped[int]
    count: Mapped[int]
    amount_fen: Mapped[int]
    execution_date: Mapped[date]
    """The banking day that was signed: the bank is given the file for this day, never before."""
    day_number: Mapped[int | None]
    """Its number among the day's files to this bank, where the bank asks for one in the name."""
    executes_on: Mapped[date | None]
    """The banking day on which it was handed over: later than the one signed where it was late."""
    waits_for: Mapped[date | None]
    """The banking day for which it waits: its own, or a later one while a day's limit is reached."""
    made_at: Mapped[datetime]
    lines_root: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The root over what it says of each line (`signing.written_lines`); None before manifests of
    version 3."""
    stands_for_id: Mapped[UUID | None] = mapped_column(ForeignKey("bank_files.id"))
    """The signed file that it takes the place of, without the lines that were left out."""
    intent_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    """When the bank's side first said anything of it, believable or not, or booked it."""
    denied_at: Mapped[datetime | None]
    """Since when its bank, which had accepted it, says when asked that it has no such file."""
    resends: Mapped[int] = mapped_column(server_default="0")
    attempts: Mapped[int] = mapped_column(server_default="0")
    """How often sending was begun; who speaks for an earlier attempt is not heard."""

    @property
    def spoken_name(self) -> str:
        return self.file_name
