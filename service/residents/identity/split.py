"""Split what was merged: the pointers become what they would be had the merge never been."""

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from service.audit.actor import Actor
from service.foundation import clock, ids
from service.residents.identity.alone import alone
from service.residents.identity.canonical import aliases, canonical
from service.residents.identity.merge import keep, lock
from service.residents.identity.problems import NotMerged, given
from service.residents.models import IdentityAct, Person


def split(session: Session, one: int, other: int, *, reason: str, by: Actor) -> IdentityAct:
    """Take back the merge of two persons, exactly: whoever came with ``other`` goes with it.

    Raises NotFound, :class:`NotMerged` and :class:`ReasonNeeded`. Nothing is forgotten: the merge
    stays on record beside the split that reverses it.
    """
    why = given(reason)
    alone(session)
    lock(session, *{one, other, canonical(session, one), canonical(session, other)})
    group = aliases(session, one)
    merged = [act for act in standing_merges(session, group) if {one, other} == _pair(act)]
    if one == other or not merged:
        raise NotMerged
    reversed_one = merged[-1]
    act = IdentityAct(
        id=ids.uuid7(),
        kind="split",
        kept_id=reversed_one.kept_id,
        other_id=reversed_one.other_id,
        reason=why,
        by=by.id,
        at=clock.now(),
        reverses_id=reversed_one.id,
    )
    session.add(act)
    session.flush()
    _point_anew(session, group)
    keep(session, act, by=by)
    return act


def standing_merges(session: Session, group: list[int]) -> list[IdentityAct]:
    """Return the merges among some persons that were not taken back, oldest first."""
    back = aliased(IdentityAct)
    return list(
        session.scalars(
            select(IdentityAct)
            .where(
                IdentityAct.kind == "merge",
                IdentityAct.kept_id.in_(group),
                IdentityAct.other_id.in_(group),
                ~select(back.id).where(back.reverses_id == IdentityAct.id).exists(),
            )
            .order_by(IdentityAct.at, IdentityAct.id)
        )
    )


def _point_anew(session: Session, group: list[int]) -> None:
    """Replay the merges that still stand, so that the pointers say exactly what they say."""
    pointers: dict[int, int | None] = dict.fromkeys(group)
    for act in standing_merges(session, group):
        for person_id, into in pointers.items():
            if act.other_id in (person_id, into):
                pointers[person_id] = act.kept_id
    for person_id, into in pointers.items():
        session.execute(
            update(Person)
            .where(Person.id == person_id)
            .values(merged_into=into)
            .execution_options(synchronize_session=False)
        )
    for known in session.identity_map.values():
        if isinstance(known, Person):
            session.expire(known)


def _pair(act: IdentityAct) -> set[int]:
    return {act.kept_id, act.other_id}
