"""What the ledger says about the money of some lists, to be set beside a workbook's totals."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting
from service.ledger.standing import stands

_UUID_LENGTH = 36
_CAME_BACK = LedgerEntry.event_type == "payment.returned"


def committed_fen(session: Session, batch: Batch) -> int:
    """Return what the approvals of a list's present round took from the appropriation."""
    return _posted(
        session,
        "commitments",
        LedgerEntry.event_type.in_(("batch.committed", "batch.recommitted")),
        LedgerEntry.event_id == f"{batch.id}:{batch.round}",
    )


def sent_fen(session: Session, batches: Collection[UUID]) -> int:
    """Return what was booked in transit when the lists' files went to their banks."""
    return _posted(
        session,
        "in_transit",
        LedgerEntry.event_type == "file.sent",
        LedgerEntry.event_id.in_(_files(batches)),
    )


def settled_fen(session: Session, batches: Collection[UUID]) -> int:
    """Return what was booked as paid, whether it stayed paid or came back later."""
    return _posted(
        session,
        "settled",
        LedgerPosting.amount_fen > 0,
        LedgerEntry.event_type != "return.undone",
        stands(),
        or_(_of_files(_files(batches)), _of_lines(batches)),
    )


def returned_fen(session: Session, batches: Collection[UUID]) -> int:
    """Return what was booked as come back of the lists' payments, and not taken back by the bank."""
    return _posted(
        session,
        "returned_held",
        LedgerEntry.event_type.in_(("payment.returned", "return.undone")),
        stands(),
        or_(_of_files(_files(batches)), _of_lines(batches)),
    )


def returned_on_fen(session: Session, first: date, last: date) -> int:
    """Return what statements booked as come back on some days, both included.

    Without what two officers assigned: that is no line of a statement that names its payment.
    """
    days = LedgerEntry.booked_on.between(first, last)
    of_file = func.length(func.split_part(LedgerEntry.event_id, ":", 2)) == _UUID_LENGTH
    return _posted(session, "returned_held", _CAME_BACK, stands(), days, of_file)


def _files(batches: Collection[UUID]) -> Select[str]:
    return select(cast(BankFile.id, String)).where(BankFile.batch_id.in_(batches))


def _of_files(files: Select[str]) -> ColumnElement[bool]:
    """Select the events about files: each is named by what was received, then by the file."""
    return func.split_part(LedgerEntry.event_id, ":", 2).in_(files)


def _of_lines(batches: Collection[UUID]) -> ColumnElement[bool]:
    """Select what two officers decided of one payment: the event ends with the payment's number."""
    of_one = LedgerEntry.event_type.in_(
        (
            "payment.returned",
            "return.settled_first",
            "payment.paid_late",
            "payment.paid_after_reissue",
        )
    )
    ids = select(cast(Payment.id, String)).where(Payment.batch_id.in_(batches))
    last = func.split_part(LedgerEntry.event_id, ":", -1)
    return of_one & last.in_(ids)


def _posted(session: Session, kind: str, *which: ColumnElement[bool]) -> int:
    return int(
        session.scalar(
            select(func.coalesce(func.sum(LedgerPosting.amount_fen), 0))
            .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
            .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
            .where(LedgerAccount.kind == kind, *which)
        )
        or 0
    )
