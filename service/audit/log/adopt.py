"""Adopt the database's last checkpoint as the trusted head: deliberate, with a reason, recorded.

For the day when the trusted head was lost, or when a backup had to be restored and what came after it
is gone for good. Whoever holds a later checkpoint can prove what was lost; that is as it should be.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.log.continues import HeadDamaged, last_checkpoint
from service.audit.log.head import head_file, kept_head, swap_head
from service.audit.log.log_keys import eras, open_checkpoint
from service.audit.log.note import NoteMalformed
from service.audit.log.note_keys import NoteNotSigned
from service.audit.models import AuditCheckpoint
from service.audit.record import record
from service.foundation.problems import Problem

ACT = "audit_log.head_adopted"
_LOCK = 0x616E78696E


class NothingToAdopt(Problem):
    """There is no checkpoint in the database, or no reason was given."""

    code = "nothing_to_adopt"
    title = "Nothing can be adopted"


def adopt_head(session: Session, *, reason: str, by: Actor) -> AuditCheckpoint:
    """Make the last checkpoint the trusted head and record why; return it.

    The head that is replaced stays beside it as ``head.replaced-<size>``. Raises
    :class:`NothingToAdopt`, and HeadDamaged when our keys did not sign that checkpoint.
    """
    if not reason.strip():
        raise NothingToAdopt("Say why the head is adopted.", "请说明采用签头的原因。")
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = last_checkpoint(session)
    if last is None:
        raise NothingToAdopt("The database has no signed checkpoint.", "数据库中没有已签检查点。")
    try:
        open_checkpoint(last.note, eras(session))
    except (NoteMalformed, NoteNotSigned):
        raise HeadDamaged("The database's last checkpoint", "数据库中的最后检查点") from None
    kept = kept_head()
    record(
        session,
        ACT,
        by=by,
        on=("audit_log", "head"),
        before=_said(kept),
        after=_said(last.note),
        reason=reason,
        details={"size": last.size, "root": last.root.hex()},
    )
    session.flush()
    if kept is not None:
        aside = head_file().with_name(f"{head_file().name}.replaced-{last.size}")
        aside.write_text(kept, encoding="utf-8")
    swap_head(kept, last.note)
    return last


def _said(note: str | None) -> str:
    """Return what a head's first lines say, on one line: origin, size, root."""
    return " ".join((note or "").splitlines()[:3])[:400]
