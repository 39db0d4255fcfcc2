"""What is known of each witness: how far it is, when it answered, when it is asked again."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class WitnessState(Base):
    """One witness of the policy. Work, not record: what it signed stands in the published checkpoints."""

    __tablename__ = "audit_witnesses"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int]
    """The largest tree that it cosigned, as far as we know."""
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    """When it last cosigned."""
    next_at: Mapped[datetime]
    """It is not asked again earlier."""
    failures: Mapped[int]
    """How often in a row it did not cosign."""
    said: Mapped[str] = mapped_column(Text)
    """Why not, as a code; "" when it did."""
