"""What is kept about looking back: the run, and the assessment each month got in it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class MendRun(Base):
    """One look back from a pay month: how far, for whom, and how far it has come."""

    __tablename__ = "mend_runs"
    # The newest facts must be mended last, so one run is done before another begins.
    __table_args__ = (
        Index(
            "uq_mend_runs_going",
            text("(true)"),
            unique=True,
            postgresql_where=text("finished_at IS NULL"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    month: Mapped[str] = mapped_column(Text)
    """The pay month whose lists take the lines."""
    since: Mapped[str] = mapped_column(Text)
    programmes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    requested_by: Mapped[str] = mapped_column(Text)
    requested_at: Mapped[datetime]
    stage: Mapped[str] = mapped_column(Text, server_default="waiting")
    """waiting, looking, looked, mended, failed: progress, not business state."""
    problem: Mapped[str | None] = mapped_column(Text)
    finished_at: Mapped[datetime | None]


class MendMonth(Base):
    """A past month of a run, as known when the run looked at it."""

    __tablename__ = "mend_months"

    run_id: Mapped[UUID] = mapped_column(ForeignKey("mend_runs.id"), primary_key=True)
    month: Mapped[str] = mapped_column(Text, primary_key=True)
    assessment_id: Mapped[UUID] = mapped_column(ForeignKey("assessments.id"))
