"""Which entries still say something: one that was taken back on its own day says nothing, nor does the taking back."""

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased

from service.ledger.models import LedgerEntry


def stands() -> ColumnElement[bool]:
    """Select entries that no entry of the same booking day cancels out; `LedgerEntry` is asked about."""
    other = aliased(LedgerEntry)
    cancels = exists().where(
        other.booked_on == LedgerEntry.booked_on,
        or_(other.id == LedgerEntry.reverses_id, other.reverses_id == LedgerEntry.id),
    )
    return ~cancels.correlate(LedgerEntry)
