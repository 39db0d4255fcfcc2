"""Write what the grants say onto the officer's row, which every request reads again."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import event_for
from service.audit.record import record
from service.foundation import clock, ids
from service.officers.exclusions import refuse_exclusive
from service.officers.holding.models import DutyGrant
from service.officers.models import DUTIES, Officer


def standing(session: Session, officer: Officer) -> list[DutyGrant]:
    """Return the grants that count, or will count from their first day on."""
    today = clock.today()
    found = session.scalars(
        select(DutyGrant)
        .where(DutyGrant.officer_id == officer.id, DutyGrant.state == "granted")
        .order_by(DutyGrant.starts_on, DutyGrant.id)
    )
    return [one for one in found if one.is_standing(today)]


def hold(session: Session, officer: Officer) -> None:
    """Let the officer hold exactly what is granted; raises ``DutiesExclusive``."""
    grants = standing(session, officer)
    held = {one.duty for one in grants}
    if held:
        refuse_exclusive(held)
    officer.duties = [duty for duty in DUTIES if duty in held]
    officer.scopes = {
        duty: [one.as_scope() for one in grants if one.duty == duty] for duty in officer.duties
    }
    # What all places have in common: nobody of two townships stands for the whole county.
    officer.division = _shared([one.division for one in grants])
    session.flush()


def set_up(session: Session, officer: Officer, duty: str, *, by: Actor) -> DutyGrant:
    """Grant a duty before there is anybody to ask: in the officer's division, for all programmes."""
    grant = fresh(officer, duty, division=officer.division, starts_on=clock.today())
    grant.state, grant.reason = "granted", "first set-up"
    grant.confirmed_at = grant.asked_at
    session.add(grant)
    told(session, grant, "", by, "granted")
    return grant


def fresh(
    officer: Officer,
    duty: str,
    *,
    division: str = "",
    starts_on: date,
    ends_on: date | None = None,
) -> DutyGrant:
    """Return a grant that is not kept yet, for all programmes."""
    return DutyGrant(
        id=ids.uuid7(),
        state="asked",
        officer_id=officer.id,
        duty=duty,
        division=division,
        programmes=[],
        departments=[],
        starts_on=starts_on,
        ends_on=ends_on,
        reason="",
        asked_at=clock.now(),
    )


def told(session: Session, grant: DutyGrant, before: str, by: Actor, after: str) -> None:
    """Record how a grant began."""
    session.flush()
    record(
        session,
        event_for("duty_grants", grant.duty, before, after),
        by=by,
        on=("officers", grant.officer_id),
        after=after,
        reason=grant.reason,
        details=details(grant),
    )
    session.flush()


def details(grant: DutyGrant) -> dict[str, object]:
    """Return what the audit trail says of a grant."""
    return {"grant": str(grant.id), "duty": grant.duty, **grant.as_scope()}


def _shared(places: list[str]) -> str:
    """Return the leading digits that all places have in common."""
    first, last = min(places, default=""), max(places, default="")
    same = (a == b for a, b in zip(first, last, strict=False))
    return first[: next((n for n, is_same in enumerate(same) if not is_same), len(first))]
