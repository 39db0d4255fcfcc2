"""A batch that may not be sent as it is stays where it is, and says so: once an hour, to the auditor.

The gate raises, so nothing is sent. What it found is written down in a transaction of its own,
because the one that found it is undone; the record takes no lock that the gate holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.audit.record import record
from service.batches.models import Batch
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.officers.may import may
from service.officers.models import Officer
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
    return any(f'"code":"{code}"'.encode() in entry.canonical for entry in entries)


def stopped(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return one item for each signed batch whose sending was refused, for who may deal with it."""
    if not any(may(officer, act) for act in ("audit.read", "signing.sign", "batches.submit")):
        return []
    since = (
        select(AuditEntry.at)
        .where(
            AuditEntry.object_type == "batches",
            AuditEntry.act == REFUSED,
            AuditEntry.object_id == Batch.id.cast(AuditEntry.object_id.type),
        )
        .order_by(AuditEntry.at.desc())
        .limit(1)
        .correlate(Batch)
        .scalar_subquery()
    )
    rows = session.execute(
        select(Batch, since)
        .where(Batch.state == "signed", since.is_not(None))
        .order_by(Batch.batch_no)
    )
    said = gettext("Stopped before sending")
    return [
        WaitingItem(
            f"{said} {programme_name(batch.programme)} {batch.batch_no}",
            batch.frozen_count or 0,
            f"/batches/{batch.batch_no}",
            at,
            gettext(
                "It is not what was signed, its signer may not sign, or somebody on it has died since."
            ),
        )
        for batch, at in rows
    ]
