"""Say what a clerk did with a file: delivered, with what proves it, or not. Another officer confirms."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches.release import ReasonMissing
from service.dispatch import queries as dispatch_queries
from service.dispatch.about import about_file
from service.dispatch.by_hand import queries
from service.dispatch.by_hand.models import DeliveryProof, HandDelivery
from service.dispatch.by_hand.problems import (
    PROOF_BYTES_MAX,
    RECEIPT_CHARS_MAX,
    AlreadyAnswered,
    AskedAlready,
    HourUnusable,
    NotCarried,
    ProofUnusable,
    ReceiptUnusable,
)
from service.dispatch.models import BankFile
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.officers.may import require
from service.officers.models import Officer

_RECEIPT = re.compile(rf"[A-Za-z0-9][A-Za-z0-9 ./_-]{{2,{RECEIPT_CHARS_MAX - 1}}}")
_CLOCKS_APART = timedelta(minutes=5)
_SCANS = (b"%PDF-", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")
_TEXTS = ("utf-8", "gb18030")


@dataclass(frozen=True)
class Evidence:
    """What a clerk brings back from the bank; ``receipt_at`` None: what was written is no hour."""

    receipt_no: str
    receipt_at: datetime | None
    proof_name: str
    proof: bytes = field(repr=False)


def say_delivered(
    session: Session, file: BankFile, evidence: Evidence, *, reason: str, by: Officer
) -> HandDelivery:
    """Say that the bank has a file, with its receipt; nothing moves before another officer confirms.

    Raises NotCarried, AskedAlready, ReceiptUnusable, HourUnusable, ProofUnusable.
    """
    file = _carried(session, file, by)
    number = evidence.receipt_no.strip()
    if not _RECEIPT.fullmatch(number):
        raise ReceiptUnusable
    at = evidence.receipt_at
    begun = file.intent_at or file.made_at
    if at is None or not begun - _CLOCKS_APART <= at <= clock.now() + _CLOCKS_APART:
        raise HourUnusable(file)
    _require_proof(evidence.proof)
    sha256 = hashlib.sha256(evidence.proof).hexdigest()
    said = HandDelivery(
        said="delivered",
        delivered_at=at,
        receipt_no=number,
        proof_sha256=sha256,
        reason=reason.strip(),
    )
    details = {"receipt": number, "at": at.isoformat(), "proof_sha256": sha256}
    _keep(session, file, said, details, by)
    sealed = sealer().seal(
        base64.b64encode(evidence.proof).decode(), f"delivery_proofs:content:{said.id}"
    )
    session.add(
        DeliveryProof(
            hand_delivery_id=said.id,
            file_name=_plain(evidence.proof_name),
            size_bytes=len(evidence.proof),
            sha256=sha256,
            content_sealed=sealed,
        )
    )
    session.flush()
    return said


def say_not_delivered(
    session: Session, file: BankFile, *, reason: str, by: Officer
) -> HandDelivery:
    """Say that the bank was not given a file and that it is to be taken back.

    Raises NotCarried, AskedAlready, AlreadyAnswered, ReasonMissing.
    """
    file = _carried(session, file, by)
    if not reason.strip():
        raise ReasonMissing
    if file.heard_at is not None:
        raise AlreadyAnswered(file)
    said = HandDelivery(said="not_delivered", reason=reason.strip())
    return _keep(session, file, said, {}, by)


def _carried(session: Session, file: BankFile, by: Officer) -> BankFile:
    require(by, "dispatch.send", about_file(session, file.id))
    file = dispatch_queries.locked(session, file.id)
    if file.state != "unknown" or session.get_one(BankChannel, file.channel_id).kind != "folder":
        raise NotCarried(file)
    if queries.asked_of(session, file.id) is not None:
        raise AskedAlready(file)
    return file


def _keep(
    session: Session, file: BankFile, said: HandDelivery, details: dict[str, str], by: Officer
) -> HandDelivery:
    said.id, said.bank_file_id, said.state = ids.uuid7(), file.id, "asked"
    said.asked_by, said.asked_at = by.id, clock.now()
    session.add(said)
    session.flush()
    record(
        session,
        f"hand_delivery.{said.said}_said",
        by=by.actor(),
        on=("bank_files", file.id),
        reason=said.reason,
        details={"hand_delivery": str(said.id), **details},
    )
    return said


def _require_proof(proof: bytes) -> None:
    """Raises ProofUnusable: nothing, too much, or what neither a scanner nor a bank gives."""
    if not 0 < len(proof) <= PROOF_BYTES_MAX:
        raise ProofUnusable
    if not proof.startswith(_SCANS) and not _is_text(proof):
        raise ProofUnusable


def _is_text(proof: bytes) -> bool:
    if b"\0" in proof:
        return False
    for charset in _TEXTS:
        try:
            proof.decode(charset)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _plain(name: str) -> str:
    """Return a file's name without what a name in a header or on a page may not have."""
    kept = re.sub(r"[^\w.-]+", "_", name.rpartition("/")[2].rpartition("\\")[2])
    return kept.lstrip(".")[-100:] or "proof"
