"""Every question about emergency accesses."""

from datetime import datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.emergency.models import EmergencyAccess
from service.officers.may import may
from service.officers.models import Officer

LATEST = 50


def open_or_asked_of(session: Session, officer: Officer) -> EmergencyAccess | None:
    """Return what an officer asked for or reads by at this moment."""
    return session.scalars(
        select(EmergencyAccess)
        .where(
            EmergencyAccess.officer_id == officer.id,
            or_(
                EmergencyAccess.state == "asked",
                and_(EmergencyAccess.state == "open", EmergencyAccess.until > clock.now()),
            ),
        )
        .limit(1)
    ).first()


def latest(session: Session) -> list[EmergencyAccess]:
    """Return the newest accesses, whatever became of them."""
    order = (EmergencyAccess.asked_at.desc(), EmergencyAccess.id.desc())
    return list(session.scalars(select(EmergencyAccess).order_by(*order).limit(LATEST)))


def seen_by(session: Session, officer: Officer) -> list[EmergencyAccess]:
    """Return those of the newest accesses that an officer may see: the own, or all of them."""
    sees_all = may(officer, "emergency.read")
    return [one for one in latest(session) if sees_all or one.officer_id == officer.id]


def asked(session: Session) -> tuple[int, datetime | None]:
    """Return how many wait to be witnessed, and since when."""
    count, since = session.execute(
        select(func.count(), func.min(EmergencyAccess.asked_at)).where(
            EmergencyAccess.state == "asked"
        )
    ).one()
    return count, since


def unreviewed(session: Session) -> tuple[int, datetime | None]:
    """Return how many an auditor has not looked at, asked and open ones included, and since when."""
    count, since = session.execute(
        select(func.count(), func.min(EmergencyAccess.asked_at)).where(
            EmergencyAccess.reviewed_at.is_(None)
        )
    ).one()
    return count, since
