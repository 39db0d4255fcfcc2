"""The time-stamps over published checkpoints, as they came."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class AuditAnchor(Base):
    """One time-stamp over a checkpoint's note; rows are only ever added, their numbers without a gap."""

    __tablename__ = "audit_anchors"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int]
    """How many entries the checkpoint covers."""
    note: Mapped[str] = mapped_column(Text)
    """The published note: the SHA-256 of its bytes was stamped."""
    authority: Mapped[str] = mapped_column(Text)
    """The authority's address as it was set."""
    request: Mapped[bytes] = mapped_column(LargeBinary)
    response: Mapped[bytes] = mapped_column(LargeBinary)
    """DER, both."""
    stamped_at: Mapped[datetime]
    """The authority's time."""
    taken_at: Mapped[datetime]
    """Ours."""
