"""Let an act wait until its entry is inside a checkpoint that the witnesses cosigned.

Everything here does nothing where no policy is set. What is inside is proved each time it is asked:
the published note's signatures, the quorum, and the entry's way to the root. A row in a table is no
proof, and who can write the database is not believed.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.cosigning.collect import collect
from service.audit.cosigning.in_force import announce, in_force
from service.audit.cosigning.policy import Policy
from service.audit.log.checkpoints import Checkpoint
from service.audit.log.log_keys import eras, open_checkpoint
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.note import NoteMalformed, read_note
from service.audit.log.note_keys import NoteNotSigned, verified
from service.audit.log.proofs import ProofWrong, check_inclusion, inclusion_proof
from service.audit.log.publish import cosign_with, last_published, publish
from service.audit.log.sequence import sequence
from service.audit.log.stored import Stored
from service.audit.log.tree import leaf_hash
from service.audit.models import AuditCheckpoint, AuditEntry, AuditLeaf
from service.foundation import clock
from service.foundation.database import after_commit, transaction
from service.foundation.jobs import Later
from service.foundation.logs import kind_of, logger
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.web.here import visit

Thing = tuple[str, object]
"""What entries are about: the kind of thing (a table's name) and its id."""
_PACE_SECONDS = 0.2
_REST = timedelta(seconds=5)

cosign_with(collect)


class NotWitnessed(Problem):
    """What an act builds on is not inside a checkpoint that enough witnesses cosigned."""

    code = "not_witnessed"
    status = 503
    title = "This waits for the witnesses"
    retry_after_seconds = 5

    def __init__(self) -> None:
        super().__init__(
            "What was done before is recorded, but the witnesses have not confirmed it yet; it has no effect until "
            "then, and nothing was done now. Try again in a minute; if this stays so, tell the administrator.",
            "此前的办理已记录，但见证机构尚未确认，确认前不产生效力，本次操作未执行。请稍后再试；如仍如此，请告知系统管理员。",
        )


class WaitsForWitnesses(Later):
    """A job waits until what it builds on is witnessed; no try is counted."""

    code = "waits_for_witnesses"
    title = "This waits for the witnesses"

    def __init__(self) -> None:
        super().__init__(
            "This waits until the witnesses have confirmed the record.",
            "等待见证机构确认记录。",
            not_before=clock.now() + _REST,
        )


def require_witnesses(session: Session) -> None:
    """Refuse an act at once while nothing gets witnessed for longer than the limit.

    Raises :class:`NotWitnessed`.
    """
    if in_force() is not None and _is_late(session):
        raise NotWitnessed


def late_seconds(session: Session) -> int:
    """Return for how long the oldest signed and unpublished checkpoint has waited; 0: none waits."""
    last = last_published(session)
    oldest = session.scalars(
        select(AuditCheckpoint.signed_at)
        .where(AuditCheckpoint.size > (last.size if last else 0))
        .order_by(AuditCheckpoint.size)
        .limit(1)
    ).first()
    return max(0, int((clock.now() - oldest).total_seconds())) if oldest else 0


def is_witnessed(session: Session, on: Thing) -> bool:
    """Return whether every committed entry about a thing is inside a cosigned checkpoint."""
    policy = in_force()
    return policy is None or _is_inside(session, on, policy)


def witnesses_of_last(session: Session) -> tuple[int, int] | None:
    """Return how many of how many witnesses cosigned the last published checkpoint, if any are asked."""
    policy = in_force()
    last = last_published(session) if policy is not None and policy.witnesses else None
    if policy is None or last is None or _trusted(session, last, policy) is None:
        return None
    cosigned = {policy.keys[key] for key in verified(read_note(last.note), policy.keys)}
    return len(cosigned), len(policy.witnesses)


def require_witnessed(session: Session, on: Thing) -> None:
    """Wait a moment until every entry about a thing is inside a cosigned checkpoint.

    It is published here if nobody else does it. Raises :class:`NotWitnessed`.
    """
    if not _wait(lambda: is_witnessed(session, on)):
        raise NotWitnessed


def wait_or_later(session: Session, on: Thing) -> None:
    """As :func:`require_witnessed`, for a job: raises :class:`WaitsForWitnesses`."""
    if not _wait(lambda: is_witnessed(session, on)):
        raise WaitsForWitnesses


def wait_witnessed(on: Thing) -> bool:
    """Wait as :func:`require_witnessed`, in transactions of its own; return whether it is inside."""

    def look() -> bool:
        with transaction() as session:
            return is_witnessed(session, on)

    return in_force() is None or _wait(look)


def witness_after_commit(session: Session, on: Thing) -> None:
    """Where somebody waits for a page or an answer, wait a moment after the commit until its entry is witnessed.

    Nothing follows from it when it is not, and where nobody looks nothing waits: what comes next looks
    for itself.
    """
    if visit().request_id and in_force() is not None:
        after_commit(session, lambda: _quietly(on))


def publish_now() -> None:
    """Sequence what is committed and have it cosigned, in transactions of its own."""
    policy = in_force()
    with transaction() as session:
        if policy is not None:
            announce(session, policy, again=_is_stuck(session, policy))
    with transaction() as session:
        sequence(session)
    publish()


def _wait(is_done: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + settings().witness_wait_seconds
    while not is_done():
        if time.monotonic() > deadline or _is_hopeless():
            return False
        try:
            publish_now()
        except (Problem, KeyError) as problem:
            # A fork, a missing head, hashes that are gone: nothing is published, nothing takes effect.
            logger("audit").error("publish.refused", kind=kind_of(problem))
            return False
        if not is_done():
            time.sleep(_PACE_SECONDS)
    return True


def _is_hopeless() -> bool:
    """Return whether the witnesses have been away for so long that waiting would only hold others up."""
    with transaction() as session:
        return _is_late(session)


def _is_late(session: Session) -> bool:
    return late_seconds(session) > settings().witness_late_seconds_max


def _is_stuck(session: Session, policy: Policy) -> bool:
    """Return whether the newest checkpoint was published when no policy, or another, was set.

    Nobody asks for cosignatures of what is published; one more entry makes a checkpoint to ask for.
    """
    last = last_published(session)
    newest = session.scalar(select(func.max(AuditCheckpoint.size))) or 0
    return last is not None and last.size >= newest and _trusted(session, last, policy) is None


def _quietly(on: Thing) -> None:
    try:
        wait_witnessed(on)
    except Exception as error:  # The act is committed; who waits for it elsewhere goes on waiting.
        logger("audit").warning("witness.wait_failed", kind=kind_of(error))


def _is_inside(session: Session, on: Thing, policy: Policy) -> bool:
    entries = session.execute(
        select(AuditEntry.canonical, AuditLeaf.index)
        .outerjoin(AuditLeaf, AuditLeaf.entry_id == AuditEntry.id)
        .where(AuditEntry.object_type == on[0], AuditEntry.object_id == str(on[1]))
    ).all()
    last = last_published(session)
    if any(index is None or last is None or index >= last.size for _, index in entries):
        return False
    if last is None:
        return True
    checkpoint = _trusted(session, last, policy)
    if checkpoint is None:
        return False
    stored = Stored(session)
    with suppress(ProofWrong, KeyError):
        for canonical, index in entries:
            proof = inclusion_proof(index, checkpoint.size, stored.subtree)
            check_inclusion(leaf_hash(canonical), index, checkpoint.size, proof, checkpoint.root)
        return True
    return False


def _trusted(session: Session, last: PublishedCheckpoint, policy: Policy) -> Checkpoint | None:
    """Return what a published note says if our keys signed it and the policy is met."""
    try:
        checkpoint = open_checkpoint(last.note, eras(session)).checkpoint
        cosigned = verified(read_note(last.note), policy.keys) if policy.keys else {}
    except (NoteMalformed, NoteNotSigned):
        return None
    names = {policy.keys[key] for key in cosigned}
    return checkpoint if checkpoint.size == last.size and policy.met(names) else None
