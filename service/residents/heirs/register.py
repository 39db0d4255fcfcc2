"""The register of heirs: who receives what is still due to the dead, by the word of two officers."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.residents.accounts.problems import AlreadyApproved, ProxyEnded, SecondOfficerNeeded
from service.residents.heirs.problems import HeirBasisUnknown, HeirIsTheDead, HeirStands
from service.residents.identity.canonical import canonical
from service.residents.identity.problems import given
from service.residents.models import HeirRegistration, Person

BASES = ("agreement", "notarised", "judgement", "funeral")


def register_heir(
    session: Session,
    person_id: int,
    heir_person_id: int,
    *,
    basis: str,
    reason: str,
    by: Officer,
    session_id: str = "",
) -> HeirRegistration:
    """Register who receives for somebody who died; nothing is paid before another officer approves.

    Whether the person has died is not asked here: a line goes to the heir only while two sources
    say so. Raises NotAllowed, NotFound, :class:`HeirBasisUnknown`, :class:`HeirIsTheDead`,
    :class:`HeirStands`, :class:`ReasonNeeded`.
    """
    require(by, "proxies.register")
    why = given(reason)
    if basis not in BASES:
        raise HeirBasisUnknown
    for one in (person_id, heir_person_id):
        if session.get(Person, one, with_for_update=True) is None:
            raise NotFound("person")
    dead = canonical(session, person_id)
    if dead == canonical(session, heir_person_id):
        raise HeirIsTheDead
    if _standing(session, dead) is not None:
        raise HeirStands
    heir = HeirRegistration(
        id=ids.uuid7(),
        person_id=dead,
        heir_person_id=heir_person_id,
        basis=basis,
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
    require(by, "proxies.approve")
    heir = _locked(session, heir_id)
    if heir.approved_at is not None:
        raise AlreadyApproved
    if heir.registered_by == str(by.id):
        raise SecondOfficerNeeded
    heir.approved_by, heir.approved_at = str(by.id), clock.now()
    session.flush()
    _tell(session, "heir.approved", heir, by, session_id, "")
    return heir


def end_heir(
    session: Session, heir_id: UUID, *, reason: str, by: Officer, session_id: str = ""
) -> HeirRegistration:
    """End a registration; one officer may end what two began. What is frozen or paid stays.

    Raises NotAllowed, NotFound, :class:`ProxyEnded`, :class:`ReasonNeeded`.
    """
    require(by, "proxies.register")
    why = given(reason)
    heir = _locked(session, heir_id)
    heir.ended_by, heir.ended_at = str(by.id), clock.now()
    session.flush()
    _tell(session, "heir.ended", heir, by, session_id, why)
    return heir


def _standing(session: Session, dead: int) -> HeirRegistration | None:
    person = aliased(Person)
    return session.scalars(
        select(HeirRegistration)
        .join(person, person.id == HeirRegistration.person_id)
        .where(
            HeirRegistration.ended_at.is_(None), or_(person.id == dead, person.merged_into == dead)
        )
    ).first()


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
        details={"person": heir.person_id, "heir": heir.heir_person_id, "basis": heir.basis},
    )
