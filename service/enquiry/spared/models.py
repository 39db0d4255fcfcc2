"""The count of confirmations that were made from data, as the pages read it."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class SparedCount(Base):
    """So many people had their first payment of a programme in a year in this month, in this village."""

    __tablename__ = "spared_counts"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[str] = mapped_column(Text, primary_key=True)
    division: Mapped[str] = mapped_column(Text, primary_key=True)
    """The village's code at the time of the payment; "" where it was not known."""
    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    people: Mapped[int]
    counted_at: Mapped[datetime]
