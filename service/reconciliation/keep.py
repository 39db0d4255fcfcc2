"""Keep a bank's file as it came: once by its bytes, whole, with its faults."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bank_adapters import Fault, Statement
from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import sealer
from service.foundation.problems import Problem
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


def same_id(
    session: Session, channel: BankChannel, message: str, message_id: str
) -> InboundFile | None:
    """Return the applied file that came under the same id of the bank's, with other bytes."""
    if not message_id:
        return None
    return session.scalars(
        select(InboundFile)
        .where(
            InboundFile.channel_id == channel.id,
            InboundFile.message == message,
            InboundFile.message_id == message_id,
            InboundFile.state == "applied",
        )
        .order_by(InboundFile.received_at.desc())
    ).first()


def same_id_fault(earlier: InboundFile) -> dict[str, Any]:
    """Return the fault of a file whose id the bank used before for other bytes."""
    return our_fault(
        "message_id_twice",
        f"The bank used the id of this file before, in “{earlier.file_name}”, for other content.",
        f"银行曾在文件“{earlier.file_name}”中使用过相同的报文标识，但内容不同。",
    )


@dataclass(frozen=True)
class Judgement:
    """What reading a file came to: a reply or a statement, which message, and every fault."""

    kind: str
    faults: list[dict[str, Any]]
    message: str = ""
    message_id: str = ""
    conflicts_with: InboundFile | None = None

    @property
    def quarantined(self) -> bool:
        """Whether the file as a whole is not believed: it moves nothing, now or later."""
        return any(fault["fatal"] for fault in self.faults)


class StillQuarantined(Problem):
    """A file was looked at once more, and cannot be believed now either."""

    code = "file_still_quarantined"
    status = 409
    title = "This file cannot be taken"

    def __init__(self, faults: list[dict[str, Any]]) -> None:
        self.faults = [fault for fault in faults if fault["fatal"]]
        super().__init__(self.faults[0]["sentence"], self.faults[0]["sentence_zh"])


@dataclass(frozen=True)
class Again:
    """A file that was kept in quarantine and is taken after all."""

    file: InboundFile
    aside: frozenset[str] = frozenset()
    """Codes of faults that two people set aside."""
    make_room: Callable[[Statement], bool] = lambda _: True
    """Takes back what stands in a statement's place; False: the same is booked already."""


def content_of(file: InboundFile) -> bytes:
    """Return the bytes of a bank's file, exactly as they came."""
    sealed = sealer().open(file.content_sealed, f"inbound_files:content:{file.id}")
    return base64.b64decode(sealed)


def keep(
    session: Session,
    channel: BankChannel,
    name: str,
    content: bytes,
    judgement: Judgement,
    *,
    by: Actor,
    again: Again | None = None,
) -> InboundFile:
    """Insert the file whole, with its faults; one taken again is marked as applied.

    Raises StillQuarantined for one that is taken again and has faults that nobody set aside.
    """
    if again is not None:
        return _applied(session, again, judgement, by=by)
    file_id = ids.uuid7()
    other = judgement.conflicts_with
    file = InboundFile(
        id=file_id,
        channel_id=channel.id,
        kind=judgement.kind,
        file_name=name[:200],
        sha256=_sha256(content),
        content_sealed=sealer().seal(
            base64.b64encode(content).decode(), f"inbound_files:content:{file_id}"
        ),
        state="quarantined" if judgement.quarantined else "applied",
        faults=judgement.faults,
        received_at=clock.now(),
        received_by=by.id,
        times_seen=1,
        message=judgement.message,
        message_id=judgement.message_id[:100],
        conflicts_with_id=other.id if other else None,
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
            "kind": judgement.kind,
            "channel": channel.code,
            "sha256": file.sha256,
            "faults": [fault["code"] for fault in file.faults][:50],
        },
    )
    return file


def _applied(session: Session, again: Again, judgement: Judgement, *, by: Actor) -> InboundFile:
    file = again.file
    faults = [
        {**fault, "fatal": False} if fault["code"] in again.aside else fault
        for fault in judgement.faults
    ]
    if any(fault["fatal"] for fault in faults):
        raise StillQuarantined(faults)
    file.state, file.faults = "applied", faults
    session.flush()
    record(
        session,
        "inbound_file.taken",
        by=by,
        on=("inbound_files", file.id),
        before="quarantined",
        after=file.state,
        details={"sha256": file.sha256, "set_aside": sorted(again.aside)},
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
