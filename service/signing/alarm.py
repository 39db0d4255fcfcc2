"""A batch that may not be sent as it is stays where it is, and says so: once an hour, to the auditor.

The gate raises, so nothing is sent. What it found is written down in a transaction of its own,
because the one that found it is undone; the record takes no lock that the gate holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.record import record
from service.batches.died_since import DiedSince
from service.batches.models import Batch
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.officers.may import may
from service.officers.models import Officer
from service.signing.signers.certificates.refusals import CertificateRevoked, RevocationUnknown
from service.signing.signers.time_stamps.missing import STAMP_CODES
from service.web.language import gettext
from service.web.queue import WaitingItem

REFUSED = "batch.sending_refused"
_AGAIN = timedelta(hours=1)


@contextmanager
def alarmed(batch: Batch) -> Iterator[None]:
    """Write down whatever refuses the sending of a batch, and let it refuse."""
    batch_id, round_no = batch.id, batch.round
    try:
        yield
    except Problem as problem:
        with transaction() as session:
            if not _said_lately(session, str(batch_id), problem.code):
                details = {"code": problem.code, "round": round_no}
                on = ("batches", batch_id)
                record(session, REFUSED, by=SYSTEM, on=on, reason=str(problem), details=details)
        raise


def _said_lately(session: Session, batch_id: str, code: str) -> bool:
    entries = session.scalars(
        select(AuditEntry).where(
            AuditEntry.object_type == "batches",
            AuditEntry.object_id == batch_id,
            AuditEntry.act == REFUSED,
            AuditEntry.at > clock.now() - _AGAIN,
        )
    )
    return any(_is_about(entry, code) for entry in entries)


def _is_about(entry: AuditEntry, code: str) -> bool:
    return f'"code":"{code}"'.encode() in entry.canonical


def stopped(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return one item for each signed batch whose sending was refused last.

    Auditors and signers hear of all; who makes lists hears of a death, which the maker mends, and
    never of a forgery, which might be the maker's own.
    """
    hears_all = may(officer, "audit.read") or may(officer, "signing.sign")
    if not hears_all and not may(officer, "batches.submit"):
        return []
    rows = session.execute(
        select(Batch, AuditEntry)
        .join(AuditEntry, AuditEntry.object_id == Batch.id.cast(AuditEntry.object_id.type))
        .where(
            Batch.state == "signed",
            AuditEntry.object_type == "batches",
            AuditEntry.act == REFUSED,
        )
        .ext(distinct_on(Batch.batch_no))
        .order_by(Batch.batch_no, AuditEntry.at.desc())
    )
    return [
        _item(batch, entry)
        for batch, entry in rows
        if (hears_all or _is_about(entry, DiedSince.code))
        # Those say for themselves what they wait for.
        and not any(_is_about(entry, code) for code in STAMP_CODES)
    ]


def _item(batch: Batch, entry: AuditEntry) -> WaitingItem:
    said = gettext("Stopped before sending")
    return WaitingItem(
        f"{said} {programme_name(batch.programme)} {batch.batch_no}",
        batch.frozen_count or 0,
        f"/batches/{batch.batch_no}",
        entry.at,
        _why(entry),
    )


def _why(entry: AuditEntry) -> str:
    if _is_about(entry, DiedSince.code):
        return gettext("Somebody on it has died: its maker calls it back and submits it again.")
    if _is_about(entry, RevocationUnknown.code):
        return gettext(
            "No current revocation list says that its signer's certificate still holds. It is tried again by itself."
        )
    if _is_about(entry, CertificateRevoked.code):
        return gettext(
            "Its signer's certificate was revoked: call it back and have it signed anew."
        )
    return gettext("What would be sent is not what was signed, or its signer may not sign.")
