"""A township looked: this person is alive, or has died. Who said so, when, and why it is believed."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.residents.about import about_person
from service.residents.identity.canonical import aliases
from service.residents.identity.problems import ConfirmationEnded, DayImpossible, given
from service.residents.models import Confirmation, Person


@dataclass(frozen=True)
class Looked:
    """What the township said, as a person's record shows it."""

    id: UUID
    answer: str
    stated_on: date
    organisation: str
    reason: str
    at: datetime
    withdrawn_at: datetime | None


def confirm_dead(
    session: Session,
    person_id: int,
    *,
    on: date,
    organisation: str,
    reason: str,
    by: Officer,
    session_id: str = "",
) -> Confirmation:
    """Keep that a township confirms the death of that day: beside one report it stops payments.

    Raises NotFound, :class:`DayImpossible`, :class:`ReasonNeeded`, NotAllowed.
    """
    return _confirm(session, person_id, "dead", on, (organisation, reason), (by, session_id))


def confirm_alive(
    session: Session,
    person_id: int,
    *,
    on: date,
    organisation: str,
    reason: str,
    by: Officer,
    session_id: str = "",
) -> Confirmation:
    """Keep that somebody of the township saw the person that day.

    Reports of death known before are cleared once the register, delivered after them, still says
    正常. Raises as :func:`confirm_dead`.
    """
    return _confirm(session, person_id, "alive", on, (organisation, reason), (by, session_id))


def withdraw(
    session: Session, confirmation_id: UUID, *, reason: str, by: Officer, session_id: str = ""
) -> None:
    """Take a confirmation back; raises NotFound, :class:`ConfirmationEnded`, NotAllowed."""
    require(by, "life.confirm")
    why = given(reason)
    found = session.get(Confirmation, confirmation_id, with_for_update=True, populate_existing=True)
    if found is None:
        raise NotFound("confirmation")
    if found.withdrawn_at is not None:
        raise ConfirmationEnded
    found.withdrawn_at = clock.now()
    session.flush()
    record(
        session,
        "life.withdrawn",
        by=by.actor(session_id),
        on=("persons", found.person_id),
        reason=why,
        details={"confirmation": str(found.id), "answer": found.answer},
    )


def looked(session: Session, person_id: int) -> list[Looked]:
    """Return everything townships said about a human being, newest first."""
    rows = session.scalars(
        select(Confirmation)
        .where(Confirmation.person_id.in_(aliases(session, person_id)))
        .order_by(Confirmation.at.desc(), Confirmation.id.desc())
    )
    return [
        Looked(
            one.id, one.answer, one.stated_on, one.organisation, one.reason, one.at, one.withdrawn_at
        )
        for one in rows
    ]  # fmt: skip


def _confirm(
    session: Session,
    person_id: int,
    answer: str,
    on: date,
    said: tuple[str, str],
    who: tuple[Officer, str],
) -> Confirmation:
    (organisation, reason), (by, session_id) = said, who
    require(by, "life.confirm")
    why, office = given(reason), given(organisation)
    if on > clock.today():
        raise DayImpossible
    if session.get(Person, person_id) is None:
        raise NotFound("person")
    require(by, "life.confirm", about_person(session, person_id))
    confirmation = Confirmation(
        id=ids.uuid7(),
        person_id=person_id,
        answer=answer,
        stated_on=on,
        organisation=office,
        reason=why,
        by=str(by.id),
        at=clock.now(),
    )
    session.add(confirmation)
    session.flush()
    record(
        session,
        "life.confirmed",
        by=by.actor(session_id),
        on=("persons", confirmation.person_id),
        reason=why,
        details={"confirmation": str(confirmation.id), "answer": answer, "stated_on": str(on)},
    )
    return confirmation
