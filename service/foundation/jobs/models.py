"""What is kept about a job."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation import ids
from service.foundation.database import Base


class Job(Base):
    """A piece of work that will be done once, however often it is asked for or woken up."""

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'done', 'failed')", name="state"),
        Index("ix_jobs_queued", "run_after", postgresql_where=text("state = 'queued'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.uuid7)
    kind: Mapped[str] = mapped_column(Text)
    """``stage.verb_noun``."""
    key: Mapped[str] = mapped_column(Text, unique=True)
    """What makes it the same job: asking twice gives one row."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """Ids and civil dates only."""
    state: Mapped[str] = mapped_column(Text, server_default="queued")
    attempts: Mapped[int] = mapped_column(server_default="0")
    attempts_max: Mapped[int]
    run_after: Mapped[datetime]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    error_code: Mapped[str | None] = mapped_column(Text)
    """The problem's code of the last failure; sentences may be shown, values are never kept."""
    error: Mapped[str | None] = mapped_column(Text)


class Heartbeat(Base):
    """When each scheduled task last ran, for the health page."""

    __tablename__ = "heartbeats"

    task: Mapped[str] = mapped_column(Text, primary_key=True)
    at: Mapped[datetime]
