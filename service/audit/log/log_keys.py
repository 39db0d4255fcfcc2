"""Which keys sign this log, and which did before: an era each, parted by signed statements.

The keys this installation holds are trusted. A statement that they, or keys already trusted, signed
makes the keys before it trusted up to the size it says, and no further.
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.log.checkpoints import Checkpoint, read_checkpoint
from service.audit.log.key_statements import Statement, read_statement
from service.audit.log.models import LogKeyStatement
from service.audit.log.note import Note, NoteMalformed, Signature, read_note
from service.audit.log.note_keys import Kind, NoteNotSigned, SignerKey, VerifierKey, verified
from service.foundation.encryption import key
from service.foundation.problems import Problem
from service.foundation.settings import settings


class KeysHandedOver(Problem):
    """The keys in place have said themselves that others sign now."""

    code = "log_keys_handed_over"
    status = 500
    title = "The audit log's keys are old ones"

    def __init__(self) -> None:
        super().__init__(
            "The keys in place have stated that others sign the audit log now; nothing is signed. Put the "
            "new key files in place, or run anxin audit keys rotate again if it was cut short.",
            "现有密钥已声明由新密钥签署审计日志，不再签署。请换上新密钥文件；若更换中断，请重新运行 anxin audit keys rotate。",
        )


@dataclass(frozen=True)
class Era:
    """Keys of one time: they sign checkpoints of more than ``after`` and at most ``up_to`` leaves."""

    keys: tuple[VerifierKey, ...]
    after: int = 0
    up_to: int | None = None

    def covers(self, size: int) -> bool:
        """Return whether a checkpoint of this size is these keys' to sign."""
        return (size > self.after or not self.after) and (self.up_to is None or size <= self.up_to)


@dataclass(frozen=True)
class Opened:
    """A checkpoint whose signatures hold; ``old_form`` was signed before key ids stood in it."""

    checkpoint: Checkpoint
    old_form: bool = False


def signers() -> tuple[SignerKey, SignerKey]:
    """Return the two keys that sign now; raises KeyMissing and KeyFileUnusable."""
    name = settings().audit_origin
    return (
        SignerKey(name, Kind.ED25519, key("log")),
        SignerKey(name, Kind.ML_DSA_44_COSIGNATURE, key("log_ml_dsa")),
    )


def verifiers() -> tuple[VerifierKey, ...]:
    """Return the public halves of the keys that sign now."""
    return tuple(one.verifier() for one in signers())


def sign(checkpoint: Checkpoint, at: int) -> Note:
    """Return the note of a checkpoint with both lines of ours; ``at`` is POSIX seconds."""
    text = checkpoint.text()
    return Note(text, tuple(one.sign(text, at) for one in signers()))


def eras(session: Session) -> list[Era]:
    """Return the eras of the log's keys, newest first.

    A statement that nobody trusted signed ends the search: what lies before it is not trusted.
    """
    statements = session.scalars(
        select(LogKeyStatement).order_by(
            LogKeyStatement.from_size.desc(), LogKeyStatement.at.desc()
        )
    )
    current, notes = verifiers(), [one.note for one in statements]
    if notes and _handed_over(notes[0], current):
        raise KeysHandedOver
    return eras_of(current, notes)


def keys_of(session: Session, size: int) -> tuple[VerifierKey, ...]:
    """Return the keys whose signatures a checkpoint of this size must have, Ed25519 first.

    Raises :class:`NoteNotSigned` when no trusted key was ever its.
    """
    return _era(size, eras(session)).keys


def eras_of(current: tuple[VerifierKey, ...], statements: Sequence[str]) -> list[Era]:
    """Return the eras that statements (newest first) and the newest keys make, newest first."""
    found, keys, up_to = [], current, None
    for text in statements:
        statement = _trusted(text, keys)
        if statement is None:
            break
        found.append(Era(keys, statement.from_size, up_to))
        keys, up_to = statement.old, statement.from_size
    return [*found, Era(keys, 0, up_to)]


def open_checkpoint(text: str, known: Sequence[Era]) -> Opened:
    """Return what a checkpoint says when the keys of its size signed it, with every key of theirs.

    Raises NoteMalformed, and :class:`NoteNotSigned` also for a key whose time it is not.
    """
    old = _old_form(text)
    note = old or read_note(text)
    checkpoint = read_checkpoint(note.text)
    era = _era(checkpoint.size, known)
    if checkpoint.origin != era.keys[0].name:
        raise NoteNotSigned
    if old is not None:
        plain = era.keys[0]
        plain.check(note.text, Signature(plain.name, plain.key_id, note.signatures[0].value))
        return Opened(checkpoint, old_form=True)
    if set(verified(note, era.keys)) != set(era.keys):
        raise NoteNotSigned
    return Opened(checkpoint)


def _era(size: int, known: Sequence[Era]) -> Era:
    for era in known:
        if era.covers(size):
            return era
    raise NoteNotSigned


def _old_form(text: str) -> Note | None:
    """Return a checkpoint as it was signed at first: one line, no key id, no newline at its end."""
    body, parted, line = text.partition("\n\n")
    if not parted or text.endswith("\n") or len(line) > 1_000:
        return None
    words = line.split(" ")
    try:
        value = base64.b64decode(words[-1], validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(words) != 3 or words[0] != "—" or len(value) != 64:
        return None
    return Note(f"{body}\n", (Signature(words[1], b"", value),))


def _handed_over(text: str, current: tuple[VerifierKey, ...]) -> bool:
    """Return whether the keys in place signed a statement that makes them the old ones."""
    try:
        note = read_note(text)
        statement = read_statement(note.text)
        verified(note, current[:1])
    except (NoteMalformed, NoteNotSigned):
        return False
    return set(statement.old) == set(current)


def _trusted(text: str, keys: tuple[VerifierKey, ...]) -> Statement | None:
    try:
        note = read_note(text)
        statement = read_statement(note.text)
        plain = [one for one in keys if one.kind is Kind.ED25519]
        verified(note, plain)
    except (NoteMalformed, NoteNotSigned):
        return None
    ours = statement.origin == keys[0].name and set(statement.new) == set(keys)
    return statement if ours else None
