"""Every reading of bank files."""

import base64
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.dispatch.models import BankFile
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.signing.manifest import SealedFile


def locked(session: Session, file_id: UUID) -> BankFile:
    """Return a bank file under its row's lock, as it is now."""
    return session.get_one(BankFile, file_id, with_for_update=True, populate_existing=True)


def of_batch(session: Session, batch: Batch) -> list[BankFile]:
    """Return the bank files of the batch's present round."""
    return list(
        session.scalars(
            select(BankFile)
            .where(BankFile.batch_id == batch.id, BankFile.round == batch.round)
            .order_by(BankFile.file_reference)
        )
    )


def in_states(session: Session, *states: str) -> list[BankFile]:
    return list(
        session.scalars(
            select(BankFile).where(BankFile.state.in_(states)).order_by(BankFile.file_reference)
        )
    )


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
    )


def content(file: BankFile) -> bytes:
    """Return the exact bytes that were signed; raises SealBroken."""
    return base64.b64decode(sealer().open(file.content_sealed, f"bank_files:content:{file.id}"))
