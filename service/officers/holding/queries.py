"""Every question to the register of duties."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation.problems import NotFound
from service.officers.holding.models import DutyGrant
from service.officers.models import Officer, SignInAttempt


def of_officer(session: Session, officer: Officer) -> list[DutyGrant]:
    """Return every grant an officer has, had or is to have, the newest first."""
    return list(
        session.scalars(
            select(DutyGrant)
            .where(DutyGrant.officer_id == officer.id)
            .order_by(DutyGrant.asked_at.desc(), DutyGrant.id.desc())
        )
    )


def in_state(session: Session, state: str) -> list[DutyGrant]:
    """Return the grants in one state, the oldest first."""
    return list(
        session.scalars(
            select(DutyGrant)
            .where(DutyGrant.state == state)
            .order_by(DutyGrant.asked_at, DutyGrant.id)
        )
    )


def locked(session: Session, grant_id: UUID) -> tuple[DutyGrant, Officer]:
    """Return a grant and its officer, both rows locked, the officer's first; raises NotFound."""
    found = session.get(DutyGrant, grant_id)
    if found is None:
        raise NotFound("duty")
    officer = lock(session, found.officer_id)
    grant = session.get_one(DutyGrant, grant_id, with_for_update=True, populate_existing=True)
    return grant, officer


def lock(session: Session, officer_id: UUID) -> Officer:
    """Return an officer under the row's lock, as it is now."""
    return session.get_one(Officer, officer_id, with_for_update=True, populate_existing=True)


def last_sign_ins(session: Session) -> dict[str, datetime]:
    """Return {user name: the last sign-in that succeeded}."""
    rows = session.execute(
        select(SignInAttempt.username, func.max(SignInAttempt.at))
        .where(SignInAttempt.succeeded)
        .group_by(SignInAttempt.username)
    )
    return {username: at for username, at in rows}  # noqa: C416 - rows are tuples of two


def last_acts(session: Session, officers: Sequence[Officer]) -> dict[str, datetime]:
    """Return {officer id: when the officer last did anything but sign in or out}."""
    rows = session.execute(
        select(AuditEntry.actor_id, func.max(AuditEntry.at))
        .where(
            AuditEntry.actor_id.in_([str(one.id) for one in officers]),
            AuditEntry.act.not_in(("officer.signed_in", "officer.signed_out")),
            AuditEntry.act != "officer.sign_in_refused",
        )
        .group_by(AuditEntry.actor_id)
    )
    return {actor: at for actor, at in rows}  # noqa: C416 - rows are tuples of two
