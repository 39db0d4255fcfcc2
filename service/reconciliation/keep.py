"""Keep a bank's file as it came: once by its bytes, whole, with its faults."""

import base64
import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bank_adapters import Fault
from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.reconciliation.models import InboundFile


def seen_before(
    session: Session, channel: BankChannel, content: bytes, *, by: Actor
) -> InboundFile | None:
    """Return the file if these bytes came before, counting the visit; they change nothing again.

    From here to the commit no other file of this bank is taken: two rounds of collecting, or a
    clerk's upload beside one, cannot apply the same file twice or overtake one another.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"inbound:{channel.code}"},
    )
    found = session.scalars(
        select(InboundFile)
        .where(InboundFile.channel_id == channel.id, InboundFile.sha256 == _sha256(content))
        .with_for_update()
    ).first()
    if found is not None:
        found.times_seen += 1
        record(session, "inbound_file.seen_again", by=by, on=("inbound_files", found.id))
    return found


def keep(
    session: Session,
    channel: BankChannel,
    kind: str,
    name: str,
    content: bytes,
    *,
    faults: Iterable[dict[str, Any]],
    quarantined: bool,
    by: Actor,
) -> InboundFile:
    """Insert the file with its faults; a quarantined one moves nothing, now or later."""
    file_id = ids.uuid7()
    file = InboundFile(
        id=file_id,
        channel_id=channel.id,
        kind=kind,
        file_name=name[:200],
        sha256=_sha256(content),
        content_sealed=sealer().seal(
            base64.b64encode(content).decode(), f"inbound_files:content:{file_id}"
        ),
        state="quarantined" if quarantined else "applied",
        faults=list(faults),
        received_at=clock.now(),
        received_by=by.id,
        times_seen=1,
    )
    session.add(file)
    session.flush()
    record(
        session,
        f"inbound_file.{file.state}",
        by=by,
        on=("inbound_files", file.id),
        after=file.state,
        details={
            "kind": kind,
            "channel": channel.code,
            "sha256": file.sha256,
            "faults": [fault["code"] for fault in file.faults][:50],
        },
    )
    return file


def fault_of(fault: Fault) -> dict[str, Any]:
    """Return an adapter's fault as it is kept: without its value, which may be personal."""
    return {
        "code": fault.code,
        "line": fault.line,
        "field": fault.field,
        "sentence": fault.sentence_en,
        "sentence_zh": fault.sentence_zh,
        "fatal": fault.fatal,
    }


def our_fault(code: str, sentence: str, sentence_zh: str, *, fatal: bool = True) -> dict[str, Any]:
    """Return a fault that the adapter cannot know of, because it is about what we sent."""
    return {
        "code": code,
        "line": None,
        "field": "",
        "sentence": sentence,
        "sentence_zh": sentence_zh,
        "fatal": fatal,
    }


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
