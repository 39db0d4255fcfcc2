"""What is known of switches."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.switches.models import ControlSwitch


def standing(session: Session) -> list[ControlSwitch]:
    """Return what is asked for or off, the newest first."""
    return list(
        session.scalars(
            select(ControlSwitch)
            .where(ControlSwitch.state.in_(("asked", "off")))
            .order_by(ControlSwitch.asked_at.desc())
        )
    )


def past(session: Session, limit: int = 50) -> list[ControlSwitch]:
    """Return what was refused, withdrawn or switched on again, the newest first."""
    return list(
        session.scalars(
            select(ControlSwitch)
            .where(ControlSwitch.state.not_in(("asked", "off")))
            .order_by(ControlSwitch.asked_at.desc())
            .limit(limit)
        )
    )
