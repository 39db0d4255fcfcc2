"""Whose payments an officer keeps out of: the declared register of the officer and the relatives.

An officer, or a relative of his, who is paid by a batch takes no step of that batch. The register
holds what was declared; whoever asks gets every number under which those people are kept.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import BigInteger, and_, column, func, or_, select, table
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound, Problem
from service.officers.models import RELATIONS, Officer, OfficerInterest

# The residents' table, by name: this layer stands below theirs, and asks for two numbers only.
_PERSONS = table("persons", column("id", BigInteger), column("merged_into", BigInteger))
REASON_CHARS_MIN = 10


class InterestUnusable(Problem):
    """A declaration names no relation, or the person or the officer's own row is declared already."""

    code = "interest_unusable"
    status = 422
    title = "This declaration cannot be kept"

    def __init__(self) -> None:
        super().__init__(
            "Choose one of the relations; each person is declared once, and only one is the officer.",
            "请选择关系；同一人只能申报一次，且本人只能申报一条。",
        )


class ResidentUnknown(NotFound):
    """Nobody has the number that was declared."""

    code = "resident_unknown"
    title = "There is no such resident"

    def __init__(self) -> None:
        Problem.__init__(
            self,
            "No resident has this number. Open the resident's page; the number is the last part of its address.",
            "没有此编号的居民。请打开该居民的页面，编号即网址最后一段。",
        )


class EndReasonMissing(Problem):
    """Why a declaration ends was not said."""

    code = "interest_end_reason_missing"
    status = 422
    title = "The reason is missing"

    def __init__(self) -> None:
        super().__init__(
            f"Say in at least {REASON_CHARS_MIN} characters why the declaration ends.",
            f"请说明终止申报的理由，不少于 {REASON_CHARS_MIN} 个字符。",
        )


def declare(
    session: Session, officer: Officer, person_id: int, relation: str, *, by: Actor
) -> OfficerInterest:
    """Add a person to an officer's register.

    Raises :class:`InterestUnusable`, :class:`ResidentUnknown`.
    """
    if relation not in RELATIONS:
        raise InterestUnusable
    if session.scalar(select(_PERSONS.c.id).where(_PERSONS.c.id == person_id)) is None:
        raise ResidentUnknown
    # One officer's declarations come one after the other, so that the next question stays true.
    session.execute(select(Officer.id).where(Officer.id == officer.id).with_for_update())
    standing = standing_of(session, officer)
    is_second_self = relation == "self" and any(one.relation == "self" for one in standing)
    if is_second_self or any(one.person_id == person_id for one in standing):
        raise InterestUnusable
    interest = OfficerInterest(
        id=ids.uuid7(),
        officer_id=officer.id,
        person_id=person_id,
        relation=relation,
        declared_by=by.id,
        declared_at=clock.now(),
    )
    session.add(interest)
    record(
        session,
        "officer.interest_declared",
        by=by,
        on=("officers", officer.id),
        details={"interest": str(interest.id), "relation": relation},
    )
    session.flush()
    return interest


def end(session: Session, interest: OfficerInterest, *, reason: str, by: Actor) -> None:
    """End a declaration; ending it twice is no error. Raises :class:`EndReasonMissing`."""
    if len(reason.strip()) < REASON_CHARS_MIN:
        raise EndReasonMissing
    if interest.ended_at is not None:
        return
    interest.ended_by, interest.ended_at = by.id, clock.now()
    interest.end_reason = reason.strip()
    record(
        session,
        "officer.interest_ended",
        by=by,
        on=("officers", interest.officer_id),
        reason=reason.strip(),
        details={"interest": str(interest.id), "relation": interest.relation},
    )
    session.flush()


def of_officer(session: Session, officer: Officer, interest_id: UUID) -> OfficerInterest:
    """Return one declaration of an officer; raises NotFound."""
    found = session.get(OfficerInterest, interest_id)
    if found is None or found.officer_id != officer.id:
        raise NotFound("declaration")
    return found


def standing_of(session: Session, officer: Officer) -> list[OfficerInterest]:
    """Return what an officer has declared and not ended, the oldest first."""
    return list(
        session.scalars(
            select(OfficerInterest)
            .where(OfficerInterest.officer_id == officer.id, OfficerInterest.ended_at.is_(None))
            .order_by(OfficerInterest.declared_at, OfficerInterest.id)
        )
    )


def related_persons(session: Session, officer: Officer) -> set[int]:
    """Return the ids of the officer's own and all related persons, merged rows included."""
    return set(related_to_any(session, [officer.id]))


def officers_related_to(session: Session, person_ids: Collection[int]) -> frozenset[UUID]:
    """Return the active officers who declared one of these people as themselves or as related."""
    if not person_ids:
        return frozenset()
    related = related_to_any(session)
    return frozenset().union(*(related.get(one, frozenset()) for one in set(person_ids)))


def related_to_any(
    session: Session, officer_ids: list[UUID] | None = None
) -> dict[int, frozenset[UUID]]:
    """Return {person id: officers who declared that person}, of some officers or of all active ones.

    Every number under which a declared person is kept is a key: two rows that were merged into one
    human being are both his.
    """
    declared = (
        select(
            OfficerInterest.officer_id,
            func.coalesce(_PERSONS.c.merged_into, _PERSONS.c.id).label("kept"),
        )
        .join(_PERSONS, _PERSONS.c.id == OfficerInterest.person_id)
        .join(Officer, Officer.id == OfficerInterest.officer_id)
        .where(OfficerInterest.ended_at.is_(None))
    )
    declared = (
        declared.where(Officer.active)
        if officer_ids is None
        else declared.where(Officer.id.in_(officer_ids))
    )
    kept = declared.subquery()
    same = _PERSONS.alias()
    rows = session.execute(
        select(same.c.id, kept.c.officer_id).join(
            kept,
            or_(
                and_(same.c.id == kept.c.kept, same.c.merged_into.is_(None)),
                same.c.merged_into == kept.c.kept,
            ),
        )
    )
    found: dict[int, set[UUID]] = {}
    for person_id, officer_id in rows:
        found.setdefault(person_id, set()).add(officer_id)
    return {person_id: frozenset(officers) for person_id, officers in found.items()}
