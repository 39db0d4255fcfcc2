"""Publish a signed checkpoint: collect who else signs it, keep it as the trusted head, hand it out.

In this order, each step safe before the next. A checkpoint that too few have signed stays
unpublished; later ones are tried instead. What needs a published checkpoint waits for its row.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.log.continues import require_continuation
from service.audit.log.head import HeadMoved, swap_head
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.note import Note, read_note
from service.foundation import clock
from service.foundation.database import transaction

Cosigning = Callable[[str], Note | None]
"""Gets a checkpoint's note as text; returns it with cosignatures when the policy is met, else None."""

_TRIES = 5
_cosigning: list[Cosigning] = []


def cosign_with(collect: Cosigning | None) -> None:
    """Let ``collect`` decide what is published; None: our own signatures are enough."""
    _cosigning[:] = [] if collect is None else [collect]


def publish(
    opened: Callable[[], AbstractContextManager[Session]] = transaction,
) -> PublishedCheckpoint | None:
    """Publish the last signed checkpoint; return it, or None when nothing new could be.

    No transaction is open while others are asked. Raises LogForked, HeadMissing and HeadDamaged.
    """
    for _ in range(_TRIES):
        with opened() as session:
            last, kept = require_continuation(session)
            if last is None or published(session, last.size) is not None:
                return None
            size, note = last.size, last.note
        whole = _cosigned(note)
        if whole is None:
            return None
        try:
            swap_head(kept, whole)
        except HeadMoved:
            continue
        return _handed_out(opened, size, whole)
    return None


def published(session: Session, size: int) -> PublishedCheckpoint | None:
    """Return the smallest published checkpoint of at least ``size`` leaves, or None yet."""
    return session.scalars(
        select(PublishedCheckpoint)
        .where(PublishedCheckpoint.size >= size)
        .order_by(PublishedCheckpoint.size)
        .limit(1)
    ).first()


def last_published(session: Session) -> PublishedCheckpoint | None:
    """Return the largest published checkpoint."""
    return session.scalars(
        select(PublishedCheckpoint).order_by(PublishedCheckpoint.size.desc()).limit(1)
    ).first()


def _cosigned(note: str) -> str | None:
    if not _cosigning or not note.endswith("\n"):  # The form of the first days takes no line more.
        return note
    whole = _cosigning[0](note)
    if whole is None:
        return None
    if read_note(note).text != whole.text:
        raise ValueError("cosignatures change nothing of what was signed")
    return whole.write()


def _handed_out(
    opened: Callable[[], AbstractContextManager[Session]], size: int, note: str
) -> PublishedCheckpoint | None:
    with opened() as session:
        session.execute(
            insert(PublishedCheckpoint)
            .values(size=size, published_at=clock.now(), note=note)
            .on_conflict_do_nothing()
        )
        found = session.get(PublishedCheckpoint, size)
        session.expunge_all()
    return found
