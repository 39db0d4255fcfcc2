"""The review list: who holds what since when, used or not, and what must be confirmed this quarter."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.officers import queries as officer_queries
from service.officers.exclusions import EXCLUSIVE
from service.officers.holding import queries
from service.officers.holding.models import DutyGrant
from service.officers.holding.problems import SecondPersonNeeded
from service.officers.may import require
from service.officers.models import Officer


@dataclass(frozen=True)
class Held:
    """One standing duty of one officer, as a reviewer needs to know it."""

    officer: Officer
    grant: DutyGrant
    signed_in_at: datetime | None
    acted_at: datetime | None
    is_conflicting: bool
    is_due: bool

    @property
    def is_unused(self) -> bool:
        """Whether the officer has done nothing since the duty was granted."""
        since = self.grant.confirmed_at or self.grant.asked_at
        return self.acted_at is None or self.acted_at < since


def quarter_begins(day: date) -> date:
    """Return the first day of a day's quarter."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


def is_due(grant: DutyGrant, today: date) -> bool:
    """Return whether somebody has yet to say this quarter that the duty is still needed."""
    last = grant.reviewed_at or grant.confirmed_at or grant.asked_at
    return clock.civil(last).date() < quarter_begins(today)


def review_list(session: Session) -> list[Held]:
    """Return every standing duty of active officers: what is due first, then by user name."""
    officers = {one.id: one for one in officer_queries.everyone(session) if one.active}
    today = clock.today()
    standing = [
        one
        for one in queries.in_state(session, "granted")
        if one.is_standing(today) and one.officer_id in officers
    ]
    duties: dict[UUID, set[str]] = {}
    for one in standing:
        duties.setdefault(one.officer_id, set()).add(one.duty)
    signed_in = queries.last_sign_ins(session)
    acted = queries.last_acts(session, list(officers.values()))
    found = [
        Held(
            officer=officers[one.officer_id],
            grant=one,
            signed_in_at=signed_in.get(officers[one.officer_id].username),
            acted_at=acted.get(str(one.officer_id)),
            is_conflicting=any(
                frozenset(pair) in EXCLUSIVE
                for pair in combinations(sorted(duties[one.officer_id]), 2)
            ),
            is_due=is_due(one, today),
        )
        for one in standing
    ]
    return sorted(found, key=lambda one: (not one.is_due, one.officer.username, one.grant.duty))


def keep(session: Session, grant_id: UUID, *, by: Officer, session_id: str = "") -> DutyGrant:
    """Confirm that an officer still needs a duty; raises NotAllowed, NotFound, SecondPersonNeeded."""
    require(by, "duties.review")
    grant, officer = queries.locked(session, grant_id)
    if by.id == officer.id:
        raise SecondPersonNeeded
    grant.reviewed_by, grant.reviewed_at = by.id, clock.now()
    record(
        session,
        "duty.reviewed",
        by=by.actor(session_id),
        on=("officers", officer.id),
        details={"grant": str(grant.id), "duty": grant.duty},
    )
    session.flush()
    return grant
