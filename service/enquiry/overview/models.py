"""The counts that the overview is drawn from."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from service.foundation.database import Base


class OverviewCount(Base):
    """So many payments of a month's lists, to so many people, seen in one of six ways (``cut``)."""

    __tablename__ = "overview_counts"
    __table_args__ = (
        CheckConstraint(
            "cut IN ('all', 'place', 'age', 'promise', 'month_end', 'outcome')", name="cut"
        ),
    )

    month: Mapped[str] = mapped_column(Text, primary_key=True)
    """The month that the lists are for."""
    cut: Mapped[str] = mapped_column(Text, primary_key=True)
    """all; place; age; promise (days from the signed pay day to the card); month_end (days from the
    month's last day to the card); outcome (of each line's first sending)."""
    programme: Mapped[str] = mapped_column(Text, primary_key=True)
    """"" is all together: somebody with two programmes is one person there."""
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    """all: "". place: nine digits of the township. age: ``男|60``. promise, month_end: days. outcome:
    first, again, waiting, failed or open."""
    payments: Mapped[int]
    people: Mapped[int]
    amount_fen: Mapped[int]
    counted_at: Mapped[datetime]
