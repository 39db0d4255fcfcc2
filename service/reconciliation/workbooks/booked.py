"""What the ledger says about the money of some lists, to be set beside a workbook's totals."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, String, cast, func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.dispatch.models import BankFile
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting

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
    return _posted(session, "settled", LedgerPosting.amount_fen > 0, _of_files(_files(batches)))


def returned_fen(session: Session, batches: Collection[UUID]) -> int:
    """Return what was booked as come back of the lists' payments."""
    return _posted(session, "returned_held", _CAME_BACK, _of_files(_files(batches)))


def returned_on_fen(session: Session, first: date, last: date) -> int:
    """Return what was booked as come back on some days, both included."""
    days = LedgerEntry.booked_on.between(first, last)
    return _posted(session, "returned_held", _CAME_BACK, days)


def _files(batches: Collection[UUID]) -> Select[str]:
    return select(cast(BankFile.id, String)).where(BankFile.batch_id.in_(batches))


def _of_files(files: Select[str]) -> ColumnElement[bool]:
    """Select the events about files: each is named by what was received, then by the file."""
    return func.split_part(LedgerEntry.event_id, ":", 2).in_(files)


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
