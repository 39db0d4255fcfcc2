"""Merge two person rows that are one human being: a pointer and an act, nothing rewritten."""

from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound, Problem
from service.residents.identity.alone import alone
from service.residents.identity.canonical import aliases
from service.residents.identity.problems import (
    AlreadyMerged,
    BothRegistered,
    DifferentPeople,
    IdentityInDispute,
    MergeWithItself,
    given,
)
from service.residents.identity.reopen import reopen
from service.residents.identity.said import said_of
from service.residents.models import IdentityAct, IdentityDispute, Person


def merge(
    session: Session,
    kept: int,
    other: int,
    *,
    reason: str,
    by: Actor,
    delivery_id: UUID | None = None,
) -> IdentityAct:
    """Let ``other`` (and all who were merged into it) lead to ``kept`` from now on.

    Raises NotFound, :class:`MergeWithItself`, :class:`AlreadyMerged`, :class:`BothRegistered`,
    :class:`DifferentPeople`, :class:`IdentityInDispute` and :class:`ReasonNeeded`. Records,
    accounts and payments keep the id they came with; the months of both are opened for review.
    """
    why = given(reason)
    if kept == other:
        raise MergeWithItself
    rows = lock(session, kept, other)
    if rows[kept].merged_into or rows[other].merged_into:
        raise AlreadyMerged
    problem = obstacle(session, aliases(session, kept), aliases(session, other))
    if problem is not None:
        raise problem
    session.execute(
        update(Person)
        .where(or_(Person.id == other, Person.merged_into == other))
        .values(merged_into=kept)
        .execution_options(synchronize_session=False)
    )
    session.expire(rows[other])
    act = IdentityAct(
        id=ids.uuid7(),
        kind="merge",
        kept_id=kept,
        other_id=other,
        reason=why,
        by=by.id,
        delivery_id=delivery_id,
        at=clock.now(),
    )
    keep(session, act, by=by)
    return act


def lock(session: Session, *person_ids: int) -> dict[int, Person]:
    """Return person rows as they are now, locked with all who were merged into them, in id order.

    Nobody else changes a group meanwhile. Raises NotFound when one of them does not exist.
    """
    alone(session)
    locked = {
        person.id: person
        for person in session.scalars(
            select(Person)
            .where(or_(Person.id.in_(person_ids), Person.merged_into.in_(person_ids)))
            .order_by(Person.id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
    }
    if not locked.keys() >= set(person_ids):
        raise NotFound("person")
    return locked


def obstacle(session: Session, mine: list[int], theirs: list[int]) -> Problem | None:
    """Return why two groups of rows cannot be one human being, or None."""
    disputed = exists().where(
        IdentityDispute.person_id.in_([*mine, *theirs]), IdentityDispute.resolved_at.is_(None)
    )
    if session.scalar(select(disputed)):
        return IdentityInDispute()
    return contradiction(session, mine, theirs)


def contradiction(session: Session, mine: list[int], theirs: list[int]) -> Problem | None:
    """Return what the household register has against two groups of rows being one, or None."""
    one, another = said_of(session, mine), said_of(session, theirs)
    if one.registered and another.registered:
        return BothRegistered()
    return DifferentPeople() if one.is_another(another) else None


def keep(session: Session, act: IdentityAct, *, by: Actor) -> None:
    """Keep a merge or a split, record it, and have the months of both looked at."""
    session.add(act)
    session.flush()
    record(
        session,
        "identity.merged" if act.kind == "merge" else "identity.split",
        by=by,
        on=("persons", act.kept_id),
        reason=act.reason,
        details={"act": str(act.id), "other": act.other_id},
        sealed={"kept": _named(session, act.kept_id), "other": _named(session, act.other_id)},
        about={"person": act.kept_id, "other": act.other_id},
    )
    reopen(session, act)


def _named(session: Session, person_id: int) -> str:
    return session.get_one(Person, person_id).name or ""
