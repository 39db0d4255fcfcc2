"""Record an act: insert its entry in the transaction that performs it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, TypedDict, Unpack
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.canonical import NEWEST, bounded, encode, storable, word
from service.audit.following import tell_follower
from service.audit.models import AuditEntry
from service.audit.payloads import seal, subjects
from service.audit.who import who
from service.foundation import clock, ids
from service.foundation.logs import without_numbers
from service.web.here import visit


class Said(TypedDict, total=False):
    """What an act may say beyond its reason and its counts; see :func:`record`."""

    before_digest: str
    after_digest: str
    sealed: Mapping[str, Any]
    about: Mapping[str, object]


def record(
    session: Session,
    act: str,
    *,
    by: Actor,
    on: tuple[str, object],
    before: str = "",
    after: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
    **more: Unpack[Said],
) -> AuditEntry:
    """Insert the entry of one act into the caller's transaction and return it.

    ``act`` is ``noun.participle``; ``on`` is (kind of thing, its id); ``before``/``after`` are
    states, and their digests (``algorithm:hex``) of what was frozen in them; ``reason`` is what
    somebody said, of which long numbers are blotted out; ``details`` holds counts, totals and
    digests: integers and text only, never personal data. What of the story is personal goes into
    ``sealed``, of which the entry holds a salted commitment only, and which can be erased without
    harm to the trail; ``about`` says whose or what that is ({"person": 12, "batch": id}), for who
    must find, keep or erase it. A reason with a number in it, and details beyond their bound, are
    kept there whole. Without the commit there is no entry, and without the entry there is no commit.
    """
    entry_id = ids.uuid7()
    kind, thing = word(on[0]), word(str(on[1]))
    said, whole = storable(without_numbers(reason)), storable(details or {})
    counted, private = bounded(whole), dict(more.get("sealed", {}))
    if said != reason:
        private["reason"] = reason
    if counted is not whole:
        private["details"] = whole
    payload, commitment = None, ""
    if private:
        payload, commitment = seal(
            entry_id, private, subjects((kind, thing), more.get("about", {}))
        )
    entry = AuditEntry(
        **_columns(
            entry_id,
            act,
            by,
            (kind, thing),
            {
                "before": word(before),
                "after": word(after),
                "before_digest": word(more.get("before_digest", "")),
                "after_digest": word(more.get("after_digest", "")),
                "reason": said,
                "details": counted,
                "sealed": commitment,
            },
        )
    )
    session.add(entry)
    if payload is not None:
        session.add(payload)
    tell_follower(session, entry.act, thing)
    return entry


def record_reading(
    session: Session, act: str, *, by: Actor, on: tuple[str, object], details: dict[str, Any]
) -> None:
    """Insert the entry of a reading as :func:`record` does, by a statement of its own and at once.

    For what is read by the hundred a second: the mapper takes as long over one row as all the rest.
    ``details`` that are beyond their bound are left out as from any entry, and kept nowhere.
    """
    kind, thing = word(on[0]), word(str(on[1]))
    told = {
        "before": "",
        "after": "",
        "before_digest": "",
        "after_digest": "",
        "reason": "",
        "details": bounded(storable(details)),
        "sealed": "",
    }
    columns = _columns(ids.uuid7(), act, by, (kind, thing), told)
    session.connection().execute(_INSERT, columns)
    tell_follower(session, columns["act"], thing)


# Made once: putting it together takes longer than asking it.
_INSERT = insert(AuditEntry)


def _columns(
    entry_id: UUID, act: str, by: Actor, on: tuple[str, str], told: dict[str, Any]
) -> dict[str, Any]:
    """Return an entry's columns, of which one says everything in its canonical bytes."""
    at, actor, act = clock.now(), who(by), word(act)
    canonical = encode(
        {
            "version": NEWEST,
            "id": str(entry_id),
            "at": at.isoformat(timespec="microseconds"),
            "actor": asdict(actor),
            "act": act,
            "object": {"type": on[0], "id": on[1]},
            "request": visit().request_id,
            **told,
        }
    )
    return {
        "id": entry_id,
        "at": at,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "act": act,
        "object_type": on[0],
        "object_id": on[1],
        "canonical": canonical,
    }
