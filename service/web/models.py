"""What the web keeps: the answers that a program may ask for again, and what is out of order."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class KeptAnswer(Base):
    """What was answered to an act that a program sent under a key of its own."""

    __tablename__ = "kept_answers"

    caller_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    request_sha256: Mapped[bytes] = mapped_column(LargeBinary)
    """Over method, path and body."""
    answer: Mapped[dict[str, Any]] = mapped_column(JSONB)
    at: Mapped[datetime]


class RedFinding(Base):
    """Something of the service that was out of order when the watch last looked; gone when it is in order."""

    __tablename__ = "health_red"

    code: Mapped[str] = mapped_column(Text, primary_key=True)
    said: Mapped[dict[str, str]] = mapped_column(JSONB)
    """{language: what it is and how}."""
    href: Mapped[str] = mapped_column(Text)
    since: Mapped[datetime]
