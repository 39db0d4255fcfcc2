"""Up to where the books are read: what was known at an instant, and what was booked by a day."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, true

from service.ledger.models import LedgerEntry


@dataclass(frozen=True)
class Cut:
    """Two clocks: ``at`` leaves out what we learned later, ``through`` what banks booked later.

    Neither given is everything. A return that the bank booked on the 3rd and we read on the 5th is
    in the books through the 3rd, and not in what was known on the 4th.
    """

    at: datetime | None = None
    through: date | None = None

    def entries(self) -> ColumnElement[bool]:
        """Select the entries inside."""
        wanted: list[ColumnElement[bool]] = [true()]
        if self.at is not None:
            wanted.append(LedgerEntry.at <= self.at)
        if self.through is not None:
            wanted.append(LedgerEntry.booked_on <= self.through)
        return and_(*wanted)


EVERYTHING = Cut()
