"""Grant a duty by two security administrators, and end it by one."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import event_for, move
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.exclusions import refuse_exclusive
from service.officers.holding import queries
from service.officers.holding.hold import details, fresh, hold, standing, told
from service.officers.holding.models import DutyGrant
from service.officers.holding.problems import (
    AlreadyHeld,
    GrantIncomplete,
    OfficerGone,
    SecondPersonNeeded,
)
from service.officers.may import require
from service.officers.models import ALONE, Officer
from service.officers.scopes import known_departments, known_programmes

REASON_CHARS_MIN, REASON_CHARS_MAX = 10, 500


@dataclass(frozen=True)
class Wanted:
    """A duty with its place (leading digits, "" the county), programmes and days.

    Neither programmes nor departments means all programmes; ``starts_on`` is today unless given.
    """

    duty: str
    division: str = ""
    programmes: Collection[str] = field(default=())
    departments: Collection[str] = field(default=())
    starts_on: date | None = None
    ends_on: date | None = None


def ask(
    session: Session,
    officer: Officer,
    wanted: Wanted,
    *,
    reason: str,
    by: Officer,
    session_id: str = "",
) -> DutyGrant:
    """Ask that an officer gets a duty; nothing is held until another confirms.

    Raises NotAllowed, ``DutyUnknown``, ``DutiesExclusive`` and the problems of
    :mod:`~service.officers.holding.problems`.
    """
    require(by, "duties.ask")
    if by.id == officer.id:
        raise SecondPersonNeeded
    return keep_asked(
        session, officer, wanted, reason=reason, asked_by=by.id, by=by.actor(session_id)
    )


def keep_asked(
    session: Session,
    officer: Officer,
    wanted: Wanted,
    *,
    reason: str,
    asked_by: UUID | None,
    by: Actor,
) -> DutyGrant:
    """Keep that a duty is asked for; ``asked_by`` is None for the command line, which confirms nothing.

    Raises as :func:`ask`.
    """
    officer = queries.lock(session, officer.id)
    if not officer.active:
        raise OfficerGone
    refuse_exclusive({wanted.duty} | {one.duty for one in standing(session, officer)})
    _refuse_incomplete(wanted, reason.strip())
    first = wanted.starts_on or clock.today()
    grant = fresh(
        officer, wanted.duty, division=wanted.division, starts_on=first, ends_on=wanted.ends_on
    )
    grant.programmes = sorted(set(wanted.programmes))
    grant.departments = sorted(set(wanted.departments))
    grant.reason, grant.asked_by = reason.strip(), asked_by
    waiting = [one for one in queries.of_officer(session, officer) if one.state == "asked"]
    if any(_is_same(grant, one) for one in [*waiting, *standing(session, officer)]):
        raise AlreadyHeld
    session.add(grant)
    told(session, grant, "", by, "asked")
    return grant


def confirm(session: Session, grant_id: UUID, *, by: Officer, session_id: str = "") -> DutyGrant:
    """Confirm what another asked for; the officer holds it from the next request on.

    Raises NotAllowed, NotFound, IllegalMove, ``DutiesExclusive``, :class:`SecondPersonNeeded`.
    """
    require(by, "duties.confirm")
    grant, officer = queries.locked(session, grant_id)
    if by.id in (grant.asked_by, grant.officer_id):
        raise SecondPersonNeeded
    if not officer.active:
        raise OfficerGone
    event_for("duty_grants", grant.duty, grant.state, "granted")
    refuse_exclusive({grant.duty} | {one.duty for one in standing(session, officer)})
    grant.confirmed_by, grant.confirmed_at = by.id, clock.now()
    move(session, grant, "granted", by=by.actor(session_id), details=details(grant))
    hold(session, officer)
    return grant


def refuse(session: Session, grant_id: UUID, *, by: Officer, session_id: str = "") -> DutyGrant:
    """Refuse a request, or take one's own back; raises NotAllowed, NotFound, IllegalMove."""
    grant, _ = queries.locked(session, grant_id)
    is_own = grant.asked_by == by.id
    require(by, "duties.ask" if is_own else "duties.confirm")
    to = "withdrawn" if is_own else "refused"
    event_for("duty_grants", grant.duty, grant.state, to)
    grant.ended_at = clock.now()
    move(session, grant, to, by=by.actor(session_id), details=details(grant))
    return grant


def end(
    session: Session,
    grant_id: UUID,
    *,
    reason: str,
    by: Officer,
    session_id: str = "",
    of: Officer | None = None,
) -> DutyGrant:
    """End a duty at once; one security administrator is enough.

    ``of`` is whose duty it must be, where somebody said so. Raises NotAllowed, NotFound, IllegalMove, :class:`GrantIncomplete`.
    """
    require(by, "duties.end")
    if not REASON_CHARS_MIN <= len(reason.strip()) <= REASON_CHARS_MAX:
        raise _reason_missing()
    grant, officer = queries.locked(session, grant_id)
    if of is not None and of.id != officer.id:
        raise NotFound("duty")
    if by.id == officer.id:
        raise SecondPersonNeeded
    end_grant(session, grant, reason=reason.strip(), by=by.actor(session_id))
    hold(session, officer)
    return grant


def end_grant(session: Session, grant: DutyGrant, *, reason: str, by: Actor) -> None:
    """End one standing grant; the caller holds the locks and calls ``hold`` afterwards."""
    event_for("duty_grants", grant.duty, grant.state, "ended")
    grant.ended_at = clock.now()
    move(session, grant, "ended", by=by, reason=reason, details=details(grant))


def _refuse_incomplete(wanted: Wanted, reason: str) -> None:
    if not REASON_CHARS_MIN <= len(reason) <= REASON_CHARS_MAX:
        raise _reason_missing()
    if not _is_place(wanted.division) or (wanted.duty in ALONE and wanted.division):
        raise GrantIncomplete(
            "A place is 0 to 12 digits of a division's code; administrators and auditors have the whole county.",
            "辖区为 0 至 12 位行政区划代码数字；管理员和审计人员的范围为全县。",
        )
    unknown = (set(wanted.programmes) - known_programmes()) | (
        set(wanted.departments) - known_departments()
    )
    if unknown:
        raise GrantIncomplete(
            f"There is no programme or department “{min(unknown)[:20]}”.",
            f"没有项目或部门“{min(unknown)[:20]}”。",
        )
    first = wanted.starts_on or clock.today()
    if first < clock.today() or (wanted.ends_on is not None and wanted.ends_on < first):
        raise GrantIncomplete(
            "A duty begins today or later, and ends on or after its first day.",
            "职责开始日期不得早于今天，结束日期不得早于开始日期。",
        )


def _is_place(text: str) -> bool:
    return re.fullmatch(r"[0-9]{0,12}", text) is not None


def _reason_missing() -> GrantIncomplete:
    return GrantIncomplete(
        f"Say why in {REASON_CHARS_MIN} to {REASON_CHARS_MAX} characters.",
        f"请说明理由（{REASON_CHARS_MIN} 至 {REASON_CHARS_MAX} 个字符）。",
    )


def _is_same(one: DutyGrant, other: DutyGrant) -> bool:
    return one.duty == other.duty and one.as_scope() | {"from": ""} == other.as_scope() | {
        "from": ""
    }
