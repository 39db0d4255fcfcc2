"""Every reading of files that clerks carry, and of what was said of them."""

import base64
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.dispatch.by_hand.models import DeliveryProof, HandDelivery
from service.dispatch.models import BankFile
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel


@dataclass(frozen=True)
class Carried:
    """A file that is with a clerk, or was taken back and is not laid out again."""

    file: BankFile
    channel: BankChannel
    asked: HandDelivery | None
    """What one officer said of it and nobody confirmed yet."""


def asked_of(session: Session, file_id: UUID) -> HandDelivery | None:
    """Return what waits for a second officer."""
    return session.scalars(
        select(HandDelivery).where(
            HandDelivery.bank_file_id == file_id, HandDelivery.state == "asked"
        )
    ).first()


def file_of(session: Session, delivery_id: UUID) -> UUID | None:
    """Return which file a word is about; None: there is no such word."""
    return session.scalar(select(HandDelivery.bank_file_id).where(HandDelivery.id == delivery_id))


def of_file(session: Session, file_id: UUID) -> list[HandDelivery]:
    """Return everything that was said of a file, newest first."""
    return list(
        session.scalars(
            select(HandDelivery)
            .where(HandDelivery.bank_file_id == file_id)
            .order_by(HandDelivery.asked_at.desc(), HandDelivery.id.desc())
        )
    )


def proof_of(session: Session, delivery_id: UUID) -> tuple[DeliveryProof, bytes] | None:
    """Return what proves a delivery with its bytes. Raises SealBroken."""
    proof = session.get(DeliveryProof, delivery_id)
    if proof is None:
        return None
    told = sealer().open(proof.content_sealed, f"delivery_proofs:content:{delivery_id}")
    return proof, base64.b64decode(told)


def carried(session: Session, seen: ColumnElement[bool]) -> list[Carried]:
    """Return what waits for a clerk or a second officer, and what was taken back, oldest first."""
    rows = session.execute(
        select(BankFile, BankChannel, HandDelivery)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .join(Batch, Batch.id == BankFile.batch_id)
        .outerjoin(
            HandDelivery,
            (HandDelivery.bank_file_id == BankFile.id) & (HandDelivery.state == "asked"),
        )
        .where(seen, BankChannel.kind == "folder", is_with_clerk() | was_taken_back())
        .order_by(BankFile.intent_at, BankFile.file_reference)
    )
    return [Carried(file, channel, asked) for file, channel, asked in rows]


def taken_back(session: Session, batch_id: UUID) -> frozenset[UUID]:
    """Return the files of a list that were taken back: only an officer lays them out again."""
    found = (
        select(BankFile.id)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .where(BankFile.batch_id == batch_id, BankChannel.kind == "folder", was_taken_back())
    )
    return frozenset(session.scalars(found))


def is_with_clerk() -> ColumnElement[bool]:
    """Select the files, of channels of kind folder, that are laid out and of which nothing is known."""
    return BankFile.state == "unknown"


def was_taken_back() -> ColumnElement[bool]:
    """Select the files that two officers took back and nobody laid out again."""
    return (BankFile.state == "prepared") & (BankFile.resends > 0)
