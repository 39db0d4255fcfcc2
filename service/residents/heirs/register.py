"""The register of heirs: who receives what is still due to the dead, by the word of two officers."""

from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.officers.interests import officers_related_to
from service.officers.may import Matter, require
from service.officers.models import Officer
from service.residents.accounts.problems import AlreadyApproved, ProxyEnded, SecondOfficerNeeded
from service.residents.heirs.problems import (
    EvidenceMissing,
    HeirBasisUnknown,
    HeirIsTheDead,
    HeirStands,
    RelationUnknown,
    SharesTooMany,
)
from service.residents.heirs.shares import share_from, written
from service.residents.identity.canonical import canonical
from service.residents.identity.problems import given
from service.residents.models import HeirRegistration, Person

BASES = ("agreement", "notarised", "judgement", "funeral")
RELATIONS = ("spouse", "child", "parent", "sibling", "grandchild", "other")


@dataclass(frozen=True)
class Claim:
    """On what ground somebody receives, and what part; ``share`` as written, like ``1/3``."""

    basis: str
    relation: str
    evidence: str
    reason: str
    share: str = "1/1"


def register_heir(
    session: Session,
    person_id: int,
    heir_person_id: int,
    claim: Claim,
    *,
    by: Officer,
    session_id: str = "",
) -> HeirRegistration:
    """Register who receives for somebody who died; nothing is paid before another officer approves.

    Whether the person has died is not asked here: a line goes to heirs only while two sources say
    so, and only once the approved shares are the whole. Raises NotAllowed, NotFound,
    :class:`HeirBasisUnknown`, :class:`RelationUnknown`, :class:`EvidenceMissing`,
    :class:`ShareUnclear`, :class:`HeirIsTheDead`, :class:`HeirStands`, :class:`SharesTooMany`,
    :class:`ReasonNeeded`.
    """
    require(by, "heirs.register")
    why, share = given(claim.reason), share_from(claim.share)
    if claim.basis not in BASES:
        raise HeirBasisUnknown
    if claim.relation not in RELATIONS:
        raise RelationUnknown
    if not claim.evidence.strip():
        raise EvidenceMissing
    for one in sorted({person_id, heir_person_id}):
        if session.get(Person, one, with_for_update=True) is None:
            raise NotFound("person")
    dead, receiver = canonical(session, person_id), canonical(session, heir_person_id)
    if dead == receiver:
        raise HeirIsTheDead
    require(by, "heirs.register", about_heir(session, dead, receiver))
    _room_for(session, dead, receiver, share)
    heir = HeirRegistration(
        id=ids.uuid7(),
        person_id=dead,
        heir_person_id=receiver,
        basis=claim.basis,
        relation=claim.relation,
        share_num=share.numerator,
        share_den=share.denominator,
        evidence=claim.evidence.strip(),
        reason=why,
        registered_by=str(by.id),
        registered_at=clock.now(),
    )
    session.add(heir)
    session.flush()
    _tell(session, "heir.registered", heir, by, session_id, why)
    return heir


def approve_heir(
    session: Session, heir_id: UUID, *, by: Officer, session_id: str = ""
) -> HeirRegistration:
    """Approve what another officer registered; from now on lines about the dead go to the heir.

    Raises NotAllowed, NotFound, :class:`SecondOfficerNeeded`, :class:`AlreadyApproved`,
    :class:`ProxyEnded`.
    """
    heir = _waiting(session, heir_id, by)
    heir.approved_by, heir.approved_at = str(by.id), clock.now()
    session.flush()
    _tell(session, "heir.approved", heir, by, session_id, "")
    return heir


def refuse_heir(
    session: Session, heir_id: UUID, *, reason: str, by: Officer, session_id: str = ""
) -> HeirRegistration:
    """Refuse what another officer registered; it ends. Raises as :func:`approve_heir`, and ReasonNeeded."""
    why = given(reason)
    return _end(session, _waiting(session, heir_id, by), "heir.refused", why, by, session_id)


def end_heir(
    session: Session, heir_id: UUID, *, reason: str, by: Officer, session_id: str = ""
) -> HeirRegistration:
    """End a registration; one officer may end what two began. What is frozen or paid stays.

    Raises NotAllowed, NotFound, :class:`ProxyEnded`, :class:`ReasonNeeded`.
    """
    require(by, "heirs.register")
    why = given(reason)
    heir = _locked(session, heir_id)
    require(by, "heirs.register", about_heir(session, heir.person_id, heir.heir_person_id))
    return _end(session, heir, "heir.ended", why, by, session_id)


def about_heir(session: Session, dead: int, heir: int) -> Matter:
    """Return the matter of an act on who receives for the dead: both are somebody's relatives."""
    person = session.get(Person, canonical(session, dead))
    return Matter(
        kind="heir",
        division=(person.division or "") if person else "",
        conflicted=officers_related_to(
            session, [canonical(session, dead), canonical(session, heir)]
        ),
    )


def standing_of(session: Session, dead: int) -> list[HeirRegistration]:
    """Return the registrations for a human being that have not ended, oldest first."""
    person = aliased(Person)
    return list(
        session.scalars(
            select(HeirRegistration)
            .join(person, person.id == HeirRegistration.person_id)
            .where(
                HeirRegistration.ended_at.is_(None),
                or_(person.id == dead, person.merged_into == dead),
            )
            .order_by(HeirRegistration.registered_at, HeirRegistration.id)
        )
    )


def share_of(heir: HeirRegistration) -> Fraction:
    """Return the part that somebody receives."""
    return Fraction(heir.share_num, heir.share_den)


def _room_for(session: Session, dead: int, receiver: int, share: Fraction) -> None:
    others = standing_of(session, dead)
    if any(canonical(session, one.heir_person_id) == receiver for one in others):
        raise HeirStands
    left = 1 - sum((share_of(one) for one in others), Fraction(0))
    if share > left:
        raise SharesTooMany(written(max(left, Fraction(0))))


def _waiting(session: Session, heir_id: UUID, by: Officer) -> HeirRegistration:
    require(by, "heirs.approve")
    heir = _locked(session, heir_id)
    require(by, "heirs.approve", about_heir(session, heir.person_id, heir.heir_person_id))
    if heir.approved_at is not None:
        raise AlreadyApproved
    if heir.registered_by == str(by.id):
        raise SecondOfficerNeeded
    return heir


def _end(
    session: Session, heir: HeirRegistration, act: str, why: str, by: Officer, session_id: str
) -> HeirRegistration:
    heir.ended_by, heir.ended_at, heir.ended_reason = str(by.id), clock.now(), why
    session.flush()
    _tell(session, act, heir, by, session_id, why)
    return heir


def _locked(session: Session, heir_id: UUID) -> HeirRegistration:
    heir = session.get(HeirRegistration, heir_id, with_for_update=True, populate_existing=True)
    if heir is None:
        raise NotFound("heir")
    if heir.ended_at is not None:
        raise ProxyEnded
    return heir


def _tell(
    session: Session, act: str, heir: HeirRegistration, by: Officer, session_id: str, reason: str
) -> None:
    record(
        session,
        act,
        by=by.actor(session_id),
        on=("heir_registrations", heir.id),
        reason=reason,
        details={
            "person": heir.person_id, "heir": heir.heir_person_id, "basis": heir.basis,
            "share": written(share_of(heir)),
        },
    )  # fmt: skip
