"""What is kept about a notice."""

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Notice(Base):
    """One posting of a batch: the approved lines must have the root that was posted."""

    __tablename__ = "notices"
    __table_args__ = (Index("uq_notices_batch_root", "batch_id", "lines_root", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    batch_id: Mapped[UUID] = mapped_column(ForeignKey("batches.id"))
    level: Mapped[str] = mapped_column(Text)
    days: Mapped[int]
    posted_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day of the notice; approval is possible from the next day."""
    lines_root: Mapped[bytes] = mapped_column(LargeBinary)
