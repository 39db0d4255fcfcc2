"""What is kept about rule sets: the digest that decisions carry, and the whole content behind it."""

from datetime import datetime

from sqlalchemy import LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class RuleSetVersion(Base):
    """One exact set of rules and parameters."""

    __tablename__ = "rule_set_versions"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    recorded_at: Mapped[datetime]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    """Canonical JSON of every programme and parameter, as the digest was taken over."""
