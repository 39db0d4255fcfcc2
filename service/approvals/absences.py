"""Absence with dates: who is away, who stands in, and that no stand-in has a stand-in."""

from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.approvals.models import Delegation
from service.approvals.problems import AbsentNow
from service.audit.actor import Actor
from service.audit.record import record
from service.batches.release import ReasonMissing
from service.foundation import clock, ids
from service.foundation.problems import NotFound, Problem
from service.officers.models import Officer

DAYS_MAX = 92
REASON_CHARS_MAX = 200
DELEGATED = ("reviewer",)
"""Duties whose steps another may take; a signature is made with the own key or not at all."""


class AbsenceUnusable(Problem):
    """The days are not in order, over already, or too many."""

    code = "absence_unusable"
    status = 422
    title = "These days cannot be registered"

    def __init__(self) -> None:
        super().__init__(
            f"An absence begins today or later, ends on or after its first day, and lasts at most {DAYS_MAX} days.",
            f"离岗应自今日或以后开始，截止日不早于开始日，最长 {DAYS_MAX} 天。",
        )


class DelegateUnusable(Problem):
    """The delegate lacks the duty, is away, or would stand in for somebody's stand-in."""

    code = "delegate_unusable"
    status = 409
    title = "This officer cannot stand in"

    def __init__(self) -> None:
        super().__init__(
            "A stand-in is another active reviewer who is there on all those days, and nobody who is "
            "absent, or stands in for a colleague, has a stand-in of the own.",
            "受托人应为在岗的其他复核人员；离岗人员不得受托，受托期间不得再转委托。",
        )


def register(
    session: Session,
    officer: Officer,
    *,
    from_day: date,
    to_day: date,
    delegate: Officer | None,
    reason: str,
    by: Actor,
    on: date,
) -> Delegation:
    """Register an officer as absent from the first day to the last; ``on`` is today's civil date.

    Raises ReasonMissing, :class:`AbsenceUnusable`, :class:`DelegateUnusable`.
    """
    if not reason.strip():
        raise ReasonMissing
    if not on <= from_day <= to_day or (to_day - from_day).days >= DAYS_MAX:
        raise AbsenceUnusable
    # Two that would make a chain together come one after the other; the database checks again.
    around = select(Officer.id).where(
        Officer.id.in_([officer.id] + ([delegate.id] if delegate else []))
    )
    session.execute(around.order_by(Officer.id).with_for_update())
    if delegate is not None and (
        delegate.id == officer.id
        or not any(delegate.has(duty) and officer.has(duty) for duty in DELEGATED)
    ):
        raise DelegateUnusable
    people = [officer.id, *([delegate.id] if delegate else [])]
    overlapping = session.scalar(
        select(Delegation.id)
        .where(
            Delegation.ended_at.is_(None),
            Delegation.from_day <= to_day,
            Delegation.to_day >= from_day,
            or_(Delegation.absent_id.in_(people), Delegation.delegate_id == officer.id),
        )
        .limit(1)
    )
    if overlapping is not None:
        raise DelegateUnusable
    made = Delegation(
        id=ids.uuid7(),
        absent_id=officer.id,
        delegate_id=delegate.id if delegate else None,
        from_day=from_day,
        to_day=to_day,
        reason=reason.strip()[:REASON_CHARS_MAX],
        made_by=by.id,
        made_at=clock.now(),
    )
    session.add(made)
    record(
        session,
        "officer.absence_registered",
        by=by,
        on=("officers", officer.id),
        reason=reason.strip(),
        details={
            "absence": str(made.id),
            "from_day": from_day.isoformat(),
            "to_day": to_day.isoformat(),
            "delegate": str(delegate.id) if delegate else "",
        },
    )
    session.flush()
    return made


def end(session: Session, absence: Delegation, *, by: Actor) -> None:
    """End an absence now; who stood in does so no longer. Ending it twice is no error."""
    if absence.ended_at is not None:
        return
    absence.ended_at, absence.ended_by = clock.now(), by.id
    record(
        session,
        "officer.absence_ended",
        by=by,
        on=("officers", absence.absent_id),
        details={"absence": str(absence.id)},
    )
    session.flush()


def own(session: Session, officer: Officer, absence_id: object) -> Delegation:
    """Return an officer's own absence under its row's lock; raises NotFound."""
    found = session.scalars(
        select(Delegation)
        .where(Delegation.id == absence_id, Delegation.absent_id == officer.id)
        .with_for_update()
    ).first()
    if found is None:
        raise NotFound("absence")
    return found


def standing(session: Session, *, on: date, delegate: Officer | None = None) -> list[Delegation]:
    """Return the absences of a day, those with ``delegate`` standing in if asked, oldest first."""
    query = select(Delegation).where(
        Delegation.ended_at.is_(None), Delegation.from_day <= on, Delegation.to_day >= on
    )
    if delegate is not None:
        query = query.where(Delegation.delegate_id == delegate.id)
    return list(session.scalars(query.order_by(Delegation.made_at, Delegation.id)))


def absence_of(session: Session, officer: Officer, *, on: date) -> Delegation | None:
    """Return an officer's absence on a day."""
    return session.scalars(
        select(Delegation).where(
            Delegation.absent_id == officer.id,
            Delegation.ended_at.is_(None),
            Delegation.from_day <= on,
            Delegation.to_day >= on,
        )
    ).first()


def coming(session: Session, officer: Officer, *, on: date) -> list[Delegation]:
    """Return an officer's absences that are not over, with their rows' locks, the next first."""
    return list(
        session.scalars(
            select(Delegation)
            .where(
                Delegation.absent_id == officer.id,
                Delegation.ended_at.is_(None),
                Delegation.to_day >= on,
            )
            .order_by(Delegation.from_day)
            .with_for_update()
        )
    )


def every_coming(session: Session, *, on: date) -> list[Delegation]:
    """Return everybody's absences that are not over, the next first."""
    return list(
        session.scalars(
            select(Delegation)
            .where(Delegation.ended_at.is_(None), Delegation.to_day >= on)
            .order_by(Delegation.from_day, Delegation.made_at, Delegation.id)
        )
    )


def require_present(session: Session, officer: Officer, *, on: date) -> None:
    """Raise AbsentNow for who is registered as absent on a day."""
    away = absence_of(session, officer, on=on)
    if away is not None:
        raise AbsentNow(away.to_day)
