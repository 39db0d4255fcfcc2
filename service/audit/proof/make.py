"""Make the proof of entries: their bytes, their way to a published root, and who vouches for it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.log.checkpoints import read_checkpoint
from service.audit.log.note import read_note
from service.audit.log.proofs import inclusion_proof
from service.audit.log.publish import published
from service.audit.log.stored import Stored
from service.audit.models import AuditEntry, AuditLeaf
from service.audit.standalone.proofs import write_proof
from service.foundation.problems import NotFound, Problem


class ProofNotYet(Problem):
    """The entry is not under a published checkpoint yet."""

    code = "proof_not_yet"
    status = 409
    title = "The proof is not ready yet"

    def __init__(self) -> None:
        super().__init__(
            "This was recorded a moment ago and is not signed and published yet; ask again shortly.",
            "该记录刚刚产生，尚未签署并公布，请稍后再试。",
        )


def entry_proof(session: Session, entry: str) -> str:
    """Return the proof (C2SP tlog-proof) of an entry, named by its id or its place in the log.

    Raises NotFound and :class:`ProofNotYet`.
    """
    place = AuditEntry.id == _uuid(entry) if not entry.isascii() or "-" in entry else None
    if place is None and not (entry.isascii() and entry.isdecimal() and len(entry) < 19):
        raise NotFound("audit entry")
    which = place if place is not None else AuditLeaf.index == int(entry)
    query = select(AuditEntry.id).outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
    found = session.scalar(query.where(which))
    if found is None:
        raise NotFound("audit entry")
    return proofs_of(session, [found])[0]


def proofs_of(session: Session, entries: Sequence[UUID]) -> list[str]:
    """Return one proof for each entry, all under one published checkpoint, in the entries' order.

    Raises :class:`ProofNotYet` when one of them is not under a published checkpoint.
    """
    query = select(AuditEntry.id, AuditEntry.canonical, AuditLeaf.index.label("place")).join(
        AuditLeaf, AuditLeaf.entry_id == AuditEntry.id
    )
    rows = {one.id: one for one in session.execute(query.where(AuditEntry.id.in_(entries)))}
    if not rows or set(rows) != set(entries):
        raise ProofNotYet
    checkpoint = published(session, max(one.place for one in rows.values()) + 1)
    if checkpoint is None:
        raise ProofNotYet
    size, subtree = read_checkpoint(read_note(checkpoint.note).text).size, Stored(session).subtree
    return [
        write_proof(
            rows[one].canonical,
            rows[one].place,
            inclusion_proof(rows[one].place, size, subtree),
            checkpoint.note,
        )
        for one in entries
    ]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("audit entry") from None
