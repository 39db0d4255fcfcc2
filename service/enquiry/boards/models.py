"""The sums that the guide's trend is drawn from."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class BoardsCount(Base):
    """What the boards of all villages tell by name of one programme in one month."""

    __tablename__ = "boards_counts"

    month: Mapped[str] = mapped_column(Text, primary_key=True)
    """The month in which the money reached the cards."""
    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    people: Mapped[int]
    """Counted village by village; never fewer than five in any of them."""
    amount_fen: Mapped[int]
    counted_at: Mapped[datetime]
