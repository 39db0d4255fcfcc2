"""Every reading of bank files."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.signing.manifest import SealedFile

FILES_PER_PAGE = 50
ATTENTION = ("unknown", "sending", "prepared", "delivered", "answered", "withdrawn")
"""States in the order in which somebody may have to look."""


@dataclass(frozen=True)
class FileListed:
    """A bank file with the names that people know its bank and batch by."""

    file: BankFile
    channel: BankChannel
    batch_no: str

    @property
    def bank(self) -> str:
        return self.channel.name


def locked(session: Session, file_id: UUID) -> BankFile:
    """Return a bank file under its row's lock, as it is now."""
    return session.get_one(BankFile, file_id, with_for_update=True, populate_existing=True)


def of_batch(session: Session, batch: Batch) -> list[BankFile]:
    """Return the bank files of the batch's present round that are or will be with a bank."""
    return [one for one in _of_round(session, batch) if one.state != "withdrawn"]


def as_signed(session: Session, batch: Batch) -> list[BankFile]:
    """Return the files of the present round that its manifest binds, whatever became of them."""
    return [one for one in _of_round(session, batch) if one.stands_for_id is None]


def standing_for(session: Session, file: BankFile) -> BankFile | None:
    """Return the file that goes in place of a signed one of which lines were left out."""
    return session.scalars(
        select(BankFile).where(BankFile.stands_for_id == file.id, BankFile.state != "withdrawn")
    ).first()


def count_standing_for(session: Session, file: BankFile) -> int:
    """Return how many files were ever written in place of a signed one."""
    found = select(func.count()).select_from(BankFile).where(BankFile.stands_for_id == file.id)
    return session.scalar(found) or 0


def _of_round(session: Session, batch: Batch) -> list[BankFile]:
    return list(
        session.scalars(
            select(BankFile)
            .where(BankFile.batch_id == batch.id, BankFile.round == batch.round)
            .order_by(BankFile.file_reference)
        )
    )


def in_states(
    session: Session, *states: str, seen: ColumnElement[bool] | None = None
) -> list[BankFile]:
    """Return the files in some states; ``seen`` selects those that the reader may see."""
    query = select(BankFile).where(BankFile.state.in_(states)).order_by(BankFile.file_reference)
    if seen is not None:
        query = query.join(Batch, Batch.id == BankFile.batch_id).where(seen)
    return list(session.scalars(query))


def next_day_number(session: Session, channel: BankChannel, day: date) -> int:
    """Return the number of a bank's next file for a day; those withdrawn keep theirs for ever.

    The caller holds the channel, so that two makers do not take one number.
    """
    last = session.scalar(
        select(func.max(BankFile.day_number)).where(
            BankFile.channel_id == channel.id, BankFile.execution_date == day
        )
    )
    return (last or 0) + 1


def sealed(session: Session, file: BankFile) -> SealedFile:
    """Return a file as manifests bind it."""
    channel = session.get_one(BankChannel, file.channel_id)
    return SealedFile(
        channel=channel.code,
        file_name=file.file_name,
        file_reference=file.file_reference,
        debtor_account=channel.debtor_account,
        execution_date=file.execution_date.isoformat(),
        count=file.count,
        amount_fen=file.amount_fen,
        sha256=file.sha256,
        sm3=file.sm3,
        lines_root=(file.lines_root or b"").hex(),
    )


def content(file: BankFile) -> bytes:
    """Return the exact bytes that were signed; raises SealBroken."""
    return base64.b64decode(sealer().open(file.content_sealed, f"bank_files:content:{file.id}"))


def contents_of(session: Session, batch: Batch) -> Iterator[tuple[str, bytes]]:
    """Yield (file name, exact bytes) of what was signed and of what goes instead; raises SealBroken."""
    signed = as_signed(session, batch)
    going = [one for one in of_batch(session, batch) if one.stands_for_id is not None]
    for file in (*signed, *going):
        yield file.file_name, content(file)
        session.expire(file, ["content_sealed"])


def listed(
    session: Session, *, state: str = "", page: int = 1, seen: ColumnElement[bool] | None = None
) -> list[FileListed]:
    """Return one page of bank files: what may need somebody first, then the newest.

    ``seen`` selects those that the reader may see, of files joined with their batches.
    """
    order = case({name: place for place, name in enumerate(ATTENTION)}, value=BankFile.state)
    query = (
        select(BankFile, BankChannel, Batch.batch_no)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .join(Batch, Batch.id == BankFile.batch_id)
        .order_by(order, BankFile.made_at.desc(), BankFile.file_reference)
        .offset((page - 1) * FILES_PER_PAGE)
        .limit(FILES_PER_PAGE)
    )
    if state:
        query = query.where(BankFile.state == state)
    if seen is not None:
        query = query.where(seen)
    return [FileListed(file, bank, number) for file, bank, number in session.execute(query)]


def looked_for() -> ColumnElement[bool]:
    """Select the files of banks that can be looked at or asked: all but those that a clerk carries."""
    clerks = select(BankChannel.id).where(BankChannel.kind == "folder")
    return BankFile.channel_id.not_in(clerks)


def one_listed(session: Session, file_id: UUID) -> FileListed | None:
    """Return one bank file with the names of its bank and batch."""
    found = session.execute(
        select(BankFile, BankChannel, Batch.batch_no)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .join(Batch, Batch.id == BankFile.batch_id)
        .where(BankFile.id == file_id)
    ).first()
    return FileListed(*found) if found else None


def totals(session: Session, seen: ColumnElement[bool] | None = None) -> dict[str, tuple[int, int]]:
    """Return {state: (files, fen)} of the files that the reader may see."""
    query = select(BankFile.state, func.count(), func.sum(BankFile.amount_fen))
    if seen is not None:
        query = query.join(Batch, Batch.id == BankFile.batch_id).where(seen)
    rows = session.execute(query.group_by(BankFile.state))
    return {state: (count, int(amount_fen)) for state, count, amount_fen in rows}


def payments_of(session: Session, file: BankFile) -> dict[str, tuple[int, int]]:
    """Return {payment state: (count, fen)} of a file's lines."""
    rows = session.execute(
        select(Payment.state, func.count(), func.sum(Payment.amount_fen))
        .where(Payment.bank_file_id == file.id)
        .group_by(Payment.state)
        .order_by(Payment.state)
    )
    return {state: (count, int(amount_fen)) for state, count, amount_fen in rows}


def history(session: Session, file: BankFile) -> list[AuditEntry]:
    """Return what the audit trail says of a file, newest first."""
    return list(
        session.scalars(
            select(AuditEntry)
            .where(AuditEntry.object_type == "bank_files", AuditEntry.object_id == str(file.id))
            .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        )
    )
