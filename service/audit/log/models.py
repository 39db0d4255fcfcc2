"""What the sequencer keeps beside entries and leaves: what waits, inner hashes, SM3 roots, what was published."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, SmallInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class WaitingEntry(Base):
    """An entry that has no place yet; a trigger on ``audit_entries`` puts it here.

    Work, not record: the sequencer takes rows away. Without it, finding what waits would mean going
    through every entry there ever was.
    """

    __tablename__ = "audit_waiting"

    entry_id: Mapped[UUID] = mapped_column(primary_key=True)


class SubtreeRoot(Base):
    """The root of a complete subtree of ``2**height`` leaves; heights are multiples of 8.

    That is one row for every full tile of tlog-tiles, so that a proof reads a few hundred hashes of a
    tree of any size.
    """

    __tablename__ = "audit_subtrees"

    height: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    index: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)


class Sm3Root(Base):
    """The SM3 root of the same leaves at a checkpoint's size, and the right edge to go on from."""

    __tablename__ = "audit_sm3_roots"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    frontier: Mapped[bytes] = mapped_column(LargeBinary)


class PublishedCheckpoint(Base):
    """A checkpoint that was handed out, with every signature it then had.

    It is in the trusted head before it is here; whoever waits for a checkpoint waits for this row.
    """

    __tablename__ = "audit_published"

    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    note: Mapped[str] = mapped_column(Text)


class LogKeyStatement(Base):
    """That other keys sign from a size on: a note signed by the new key and, unless lost, by the old."""

    __tablename__ = "audit_key_statements"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    from_size: Mapped[int]
    """Checkpoints of more leaves than this are signed by the new keys."""
    note: Mapped[str] = mapped_column(Text)
