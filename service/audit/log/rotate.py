"""Change the keys that sign the log: rotated, because they got old or were stolen, or replaced when lost.

What was signed stays as it is: the statement says up to which size the old keys' signatures count. A
thief of the old keys can sign nothing beyond it that anybody would take.
"""

import secrets
from pathlib import Path
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.log.continues import last_checkpoint, require_continuation
from service.audit.log.head import write_safely
from service.audit.log.key_statements import Statement
from service.audit.log.log_keys import Era, open_checkpoint, signers, verifiers
from service.audit.log.models import LogKeyStatement
from service.audit.log.note import Note
from service.audit.log.note_keys import Kind, SignerKey, VerifierKey
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.encryption import KeyFileUnusable
from service.foundation.encryption.key_files import key_file
from service.foundation.settings import settings

ACT = "audit_log.keys_changed"
_LOCK = 0x616E78696E
KEYS = ("log", "log_ml_dsa")


def rotate_keys(
    session: Session, new: tuple[SignerKey, SignerKey], *, reason: str, by: Actor
) -> Statement:
    """State, signed by the old and the new key, that the new keys sign from here on; return it.

    The caller puts the new keys in place after the commit. Raises LogForked, HeadMissing and
    HeadDamaged: nobody hands over a log that does not continue its head.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last, _ = require_continuation(session)
    old = signers()
    statement = Statement(
        settings().audit_origin,
        last.size if last else 0,
        tuple(one.verifier() for one in old),
        tuple(one.verifier() for one in new),
    )
    _keep(session, statement, (old[0], new[0]), reason=reason, by=by)
    return statement


def replace_lost_keys(
    session: Session, old: tuple[VerifierKey, ...], *, reason: str, by: Actor
) -> Statement:
    """State, signed by the keys in place alone, that those before them are lost; return it.

    ``old`` must have signed the last checkpoint; raises NoteNotSigned otherwise. Nobody outside needs
    to believe this: they are told the new keys by a way of their own.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    last = last_checkpoint(session)
    if last is not None:
        open_checkpoint(last.note, [Era(old)])
    statement = Statement(settings().audit_origin, last.size if last else 0, old, verifiers())
    _keep(session, statement, (signers()[0],), reason=reason, by=by)
    return statement


def waiting_keys() -> tuple[SignerKey, SignerKey]:
    """Return the keys in the files ``….next`` beside the present ones, making them if need be."""
    for name in KEYS:
        path = _next(name)
        if not path.exists():
            write_safely(path, secrets.token_hex(32).encode(), mode=0o600)
    return read_keys(_next("log"), _next("log_ml_dsa"))


def put_in_place() -> None:
    """Let the waiting keys be the keys: after the statement is committed. May be repeated."""
    for name in KEYS:
        if _next(name).exists():
            write_safely(key_file(name), _next(name).read_bytes(), mode=0o600)
    for name in KEYS:
        _next(name).unlink(missing_ok=True)


def read_keys(plain: Path, ml_dsa: Path) -> tuple[SignerKey, SignerKey]:
    """Return the keys that two files hold, 64 hex digits each; raises KeyFileUnusable."""
    name = settings().audit_origin
    return (
        SignerKey(name, Kind.ED25519, _seed(plain)),
        SignerKey(name, Kind.ML_DSA_44_COSIGNATURE, _seed(ml_dsa)),
    )


def already_stated(session: Session, new: tuple[VerifierKey, ...]) -> bool:
    """Return whether the newest statement names these keys: then only the files are left to do."""
    last = session.scalars(
        select(LogKeyStatement.note).order_by(LogKeyStatement.at.desc()).limit(1)
    ).first()
    return last is not None and all(f"new {one.vkey()}\n" in last for one in new)


def _keep(
    session: Session,
    statement: Statement,
    by_keys: tuple[SignerKey, ...],
    *,
    reason: str,
    by: Actor,
) -> UUID:
    said = statement.text()
    note = Note(said, tuple(one.sign(said) for one in by_keys)).write()
    kept = LogKeyStatement(id=ids.uuid7(), at=clock.now(), from_size=statement.from_size, note=note)
    session.add(kept)
    record(
        session,
        ACT,
        by=by,
        on=("audit_log", "keys"),
        before=statement.old[0].key_id.hex(),
        after=statement.new[0].key_id.hex(),
        reason=reason,
        details={"from_size": statement.from_size, "statement": note},
    )
    session.flush()
    return kept.id


def _next(name: str) -> Path:
    path = key_file(name)
    return path.with_name(f"{path.name}.next")


def _seed(path: Path) -> bytes:
    try:
        seed = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        seed = b""
    if len(seed) != 32:
        raise KeyFileUnusable(path, "it does not hold 64 hex digits", "内容不是 64 位十六进制数")
    return seed
