"""Ask the witnesses for their cosignatures of one checkpoint, all at once, and keep how each answered.

What they are shown is proved from where each of them is; one that is elsewhere than we thought says
where (409) and is asked once more. A witness that saw a tree which is not ours stops publication.
"""

import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from service.audit.cosigning.ask import Heard, WitnessSilent, submit
from service.audit.cosigning.in_force import in_force
from service.audit.cosigning.models import WitnessState
from service.audit.cosigning.policy import Witness
from service.audit.log.checkpoints import Checkpoint, read_checkpoint
from service.audit.log.note import Note, NoteMalformed, Signature, read_note
from service.audit.log.note_keys import NoteNotSigned
from service.audit.log.proofs import consistency_proof
from service.audit.log.stored import Stored
from service.audit.witness.request import write_submission
from service.foundation import clock
from service.foundation.database import engine, transaction
from service.foundation.logs import logger
from service.foundation.settings import settings

ANSWER_SECONDS = 2.0
REST_SECONDS_MAX = 15
_AHEAD_SECONDS_MAX = 300
"""How far a witness's clock may be before ours."""
_LOCK = 0x7769746E
CONTRADICTS = "contradicts"
_SIZE = re.compile(rb"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True)
class Told:
    """What one witness said: its signature or why there is none, and how far it is."""

    witness: Witness
    size: int
    said: str = ""
    signature: Signature | None = None


def collect(content: str) -> Note | None:
    """Return a checkpoint's note with cosignatures when the policy is met, None when it is not (yet).

    Also None while another process asks. Raises PolicyUnusable.
    """
    policy, note = in_force(), read_note(content)
    if policy is None:
        return note
    checkpoint = read_checkpoint(note.text)
    with _alone() as mine:
        if not mine:
            return None
        with transaction() as session:
            known = _known(session)
            sizes = {one.name: one.size for one in known.values()}
            due = [one for one in policy.witnesses.values() if _is_due(known.get(one.name))]
        if not policy.met({one.name for one in due}):
            return None
        told = _ask(due, {one.name: sizes.get(one.name, 0) for one in due}, note, checkpoint)
        # Who is elsewhere than we thought has said where.
        moved = {one.witness.name: one.size for one in told if one.said == "elsewhere"}
        if moved:
            again = [one.witness for one in told if one.witness.name in moved]
            told = [one for one in told if one.witness.name not in moved]
            told += _ask(again, moved, note, checkpoint)
        with transaction() as session:
            _keep(session, known, told)
        if any(one.said == CONTRADICTS for one in told):
            return None
        signed = {one.witness.name: one.signature for one in told if one.signature is not None}
        return note.signed_by(*signed.values()) if policy.met(set(signed)) else None


def _ask(
    witnesses: Sequence[Witness], sizes: dict[str, int], note: Note, checkpoint: Checkpoint
) -> list[Told]:
    told, bodies = [], {}
    content = note.write()
    with transaction() as session:
        stored = Stored(session)
        for one in witnesses:
            size = sizes[one.name]
            if size > checkpoint.size:
                told.append(Told(one, size, CONTRADICTS))
                continue
            proof = consistency_proof(size, checkpoint.size, stored.subtree)
            bodies[one.name] = write_submission(size, proof, content)
    pool = ThreadPoolExecutor(max(1, len(bodies)), thread_name_prefix="witness")
    try:
        asked = {
            one.name: pool.submit(_submit, one, bodies[one.name])
            for one in witnesses
            if one.name in bodies
        }
        # A name that is looked up for ever must not hold the others back.
        wait(asked.values(), timeout=ANSWER_SECONDS + 1)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
    for one in witnesses:
        if one.name in asked:
            future = asked[one.name]
            heard = future.result() if future.done() else "timed_out"
            told.append(_heard(one, sizes[one.name], heard, note, checkpoint))
    return told


def _submit(witness: Witness, body: bytes) -> Heard | str:
    try:
        return submit(
            witness.door, body, seconds=ANSWER_SECONDS, roots=settings().witness_roots_file
        )
    except WitnessSilent as silent:
        return silent.code


def _heard(
    witness: Witness, size: int, heard: Heard | str, note: Note, checkpoint: Checkpoint
) -> Told:
    if isinstance(heard, str):
        return Told(witness, size, heard)
    if heard.status == 200:
        return _cosigned(witness, size, heard, note, checkpoint)
    if heard.status == 409:
        return _elsewhere(witness, size, heard, checkpoint)
    if heard.status == 422:
        return Told(witness, size, CONTRADICTS)
    return Told(witness, size, f"http_{heard.status}")


def _cosigned(
    witness: Witness, size: int, heard: Heard, note: Note, checkpoint: Checkpoint
) -> Told:
    latest = int(clock.now().timestamp()) + _AHEAD_SECONDS_MAX
    try:
        answer = read_note(f"{note.text}\n".encode() + heard.content)
        for one in answer.signatures:
            if witness.key.made(one) and witness.key.check(note.text, one) <= latest:
                return Told(witness, checkpoint.size, signature=one)
    except (NoteMalformed, NoteNotSigned):
        pass
    return Told(witness, size, "answer_wrong")


def _elsewhere(witness: Witness, size: int, heard: Heard, checkpoint: Checkpoint) -> Told:
    said = _SIZE.fullmatch(heard.content.strip())
    if said is None:
        return Told(witness, size, "answer_wrong")
    theirs = int(said[0])
    # It is where we thought and refuses: it has another tree of this size. Or it is beyond us.
    if theirs == size or theirs > checkpoint.size:
        return Told(witness, theirs, CONTRADICTS)
    return Told(witness, theirs, "elsewhere")


def _known(session: Session) -> dict[str, WitnessState]:
    return {one.name: one for one in session.scalars(select(WitnessState))}


def _is_due(state: WitnessState | None) -> bool:
    return state is None or state.next_at <= clock.now()


def _keep(session: Session, known: dict[str, WitnessState], told: list[Told]) -> None:
    now = clock.now()
    for one in (replace(one, said="moves") if one.said == "elsewhere" else one for one in told):
        before = known.get(one.witness.name)
        answered = one.signature is not None
        failures = 0 if answered else (before.failures if before else 0) + 1
        if one.said and one.said != (before.said if before else ""):
            logger("audit").error("witness.failed", witness=one.witness.name, code=one.said)
        rest = 0 if answered else min(2 ** min(failures - 1, 10), REST_SECONDS_MAX)
        values = {
            "size": one.size,
            "asked_at": now,
            "answered_at": now if answered else (before.answered_at if before else None),
            "next_at": now + timedelta(seconds=rest),
            "failures": failures,
            "said": one.said,
        }
        session.execute(
            insert(WitnessState)
            .values(name=one.witness.name, **values)
            .on_conflict_do_update(index_elements=["name"], set_=values)
        )


@contextmanager
def _alone() -> Iterator[bool]:
    """Be the only process that asks; it holds no transaction open meanwhile."""
    with engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        mine = bool(connection.scalar(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": _LOCK}))
        try:
            yield mine
        finally:
            if mine:
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": _LOCK})
