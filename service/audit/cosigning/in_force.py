"""The witness policy that is set, read again when its file changes."""

from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.cosigning.policy import Policy, read_policy
from service.audit.models import AuditEntry
from service.audit.record import record
from service.foundation.settings import settings

_ABOUT = ("witness_policy", "in_force")


def in_force() -> Policy | None:
    """Return the policy that is set; None: nobody cosigns. Raises PolicyUnusable."""
    path = settings().witness_policy_file
    if path is None:
        return None
    try:
        at = path.stat().st_mtime_ns
    except OSError:
        at = 0
    return _read(path, at, settings().profile == "demo")


def announce(session: Session, policy: Policy, *, again: bool = False) -> None:
    """Record which policy holds now, once after each change: who may vouch for the log is an act."""
    last = session.scalars(
        select(AuditEntry)
        .where(AuditEntry.object_type == _ABOUT[0], AuditEntry.object_id == _ABOUT[1])
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).first()
    if not again and last is not None and policy.sha256.encode() in last.canonical:
        return
    details = {
        "policy_sha256": policy.sha256,
        "quorum": policy.quorum,
        "witnesses": ", ".join(one.key.name for one in policy.witnesses.values()),
    }
    record(session, "witness_policy.in_force", by=SYSTEM, on=_ABOUT, details=details)


@lru_cache(maxsize=4)
def _read(path: Path, at: int, loopback: bool) -> Policy:  # noqa: ARG001 - at is the file's age
    return read_policy(path, loopback=loopback)
