"""Set a hit aside as a false alarm: with a reason, for this evidence, while it is there."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import require
from service.officers.models import Officer
from service.oversight.standing.models import StandingAside, StandingHit

ACT = "findings.write"
REASON_MIN, REASON_MAX = 4, 500


class AsideReasonMissing(Problem):
    """Whoever calls a hit a false alarm says why."""

    code = "aside_reason_missing"
    status = 422
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__(
            f"Say why this is a false alarm, in {REASON_MIN} to {REASON_MAX} characters.",
            f"请说明为何属于误报（{REASON_MIN}至{REASON_MAX}字）。",
        )


class HitNotThere(Problem):
    """The hit is not there any more, or was set aside already."""

    code = "hit_not_there"
    status = 409
    title = "This hit does not stand any more"

    def __init__(self) -> None:
        super().__init__(
            "The last run did not find this any more, or somebody has set it aside already.",
            "最近一次查询已不再命中，或已被设为误报。",
        )


def set_aside(
    session: Session, hit_id: int, *, reason: str, by: Officer, session_id: str = ""
) -> StandingAside:
    """Keep that a hit is a false alarm. Raises NotFound, NotAllowed, :class:`AsideReasonMissing`,
    :class:`HitNotThere`.
    """
    require(by, ACT)
    reason = reason.strip()
    if not REASON_MIN <= len(reason) <= REASON_MAX:
        raise AsideReasonMissing
    hit = session.scalars(
        select(StandingHit).where(StandingHit.id == hit_id).with_for_update()
    ).first()
    if hit is None:
        raise NotFound("hit")
    if hit.gone_run is not None or session.get(StandingAside, hit_id) is not None:
        raise HitNotThere
    made = StandingAside(hit_id=hit.id, reason=reason, officer_id=by.id, at=clock.now())
    session.add(made)
    record(
        session, "oversight.hit_set_aside", by=by.actor(session_id), on=("standing_hits", hit.id),
        reason=reason,
        details={"query": hit.query, "subject": hit.subject, "evidence": hit.evidence_digest.hex()},
    )  # fmt: skip
    session.flush()
    return made
