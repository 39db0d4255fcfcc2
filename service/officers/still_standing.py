"""Whether an officer still is who was let in, asked again just before what he did is kept.

A request may wait – for a batch's lock, for a bank – while somebody takes the officer's duty away
or ends his access. Whatever it was about to do must not come after that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation.problems import Problem
from service.officers.models import Officer, OfficerSession


class DutiesChanged(Problem):
    """The officer's duties are not those with which the request began."""

    code = "duties_changed"
    status = 409
    title = "Your duties have just changed"

    def __init__(self) -> None:
        super().__init__(
            "Your duties or your access changed while this was being done, so nothing of it was kept; "
            "look again and do what is still yours.",
            "办理过程中您的岗位职责或登录状态发生变化，本次操作未生效，请刷新后按现有职责办理。",
        )


@dataclass(frozen=True)
class Standing:
    """What of an officer and a session decides every act, as it was when the request was let in."""

    session_id: UUID
    duties: Sequence[str]
    scopes: Mapping[str, Any]


def standing_of(officer: Officer, signed_in: OfficerSession) -> Standing:
    """Return an officer's standing now; copies, because the row may be read again meanwhile."""
    return Standing(signed_in.id, tuple(officer.duties), dict(officer.scopes or {}))


def require_still(session: Session, before: Standing) -> None:
    """Raise :class:`DutiesChanged` unless the officer's duties, places and session are as they were.

    Read from the database, not from what the request already holds; without a lock, which whoever
    takes the duty away would have to wait for.
    """
    found = session.execute(
        select(Officer.active, Officer.duties, Officer.scopes)
        .join(OfficerSession, OfficerSession.officer_id == Officer.id)
        .where(OfficerSession.id == before.session_id, OfficerSession.ended_at.is_(None))
    ).first()
    if found is None or not found.active:
        raise DutiesChanged
    if (tuple(found.duties), found.scopes or {}) != (before.duties, before.scopes):
        raise DutiesChanged
