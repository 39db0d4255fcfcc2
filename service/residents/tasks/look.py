"""Look for contradictions: open a task for each that is new, settle those the data no longer show."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM, Actor
from service.audit.moves import event_for
from service.audit.record import record
from service.foundation import clock
from service.residents.models import ReviewTask
from service.residents.tasks import definitions
from service.residents.tasks.definitions import EACH, Check
from service.residents.tasks.flood import gather_floods
from service.residents.tasks.promises import remind
from service.residents.tasks.readings import readings

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('anxin.residents.look', 0))"
_FIND = """
INSERT INTO found
SELECT DISTINCT ON (q.subject_key)
    q.subject_key, {feed}, {other}, q.person_id, q.household_id, q.details
FROM ({sql}) AS q
ORDER BY q.subject_key, q.details
"""
_SETTLE = """
UPDATE review_tasks AS t
SET state = 'settled', closed_at = :now, closed_by = :by, outcome = 'settled'
WHERE t.kind = :kind AND t.state = 'open' AND t.feed <> ALL(:flooded)
    AND (:everywhere OR t.feed = ANY(:tellers))
    AND NOT EXISTS (SELECT FROM found AS f WHERE f.subject_key = t.subject_key)
RETURNING t.id
"""
_RENEW = """
UPDATE review_tasks AS t
SET details = f.details, feed = f.feed, other_feed = f.other_feed
FROM found AS f
WHERE t.kind = :kind AND t.state = 'open' AND t.subject_key = f.subject_key
    AND (t.details, t.feed, t.other_feed) IS DISTINCT FROM (f.details, f.feed, f.other_feed)
"""
# An answered question is not asked again while the same records say the same.
_OPEN = """
INSERT INTO review_tasks (id, state, kind, subject_key, person_id, household_id, feed, other_feed,
    field, details, opened_at, due_on)
SELECT gen_random_uuid(), 'open', :kind, f.subject_key, f.person_id, f.household_id, f.feed,
    f.other_feed, :field, f.details, :now, :due
FROM found AS f
WHERE NOT EXISTS (
    SELECT FROM review_tasks AS t
    WHERE t.kind = :kind AND t.subject_key = f.subject_key
        AND (t.state = 'open'
            OR (t.state = 'answered' AND t.details - 'count' = f.details - 'count')))
RETURNING id
"""


@dataclass(frozen=True)
class Looked:
    """What one check came to."""

    found: int
    opened: int
    settled: int
    reopened: int


def look(session: Session, *, feed: str | None = None, by: Actor = SYSTEM) -> dict[str, Looked]:
    """Run every check, or those that a delivery of one feed can change; return counts by check.

    Looking again without new data changes nothing. Each check's openings and settlings are one
    audit entry each, with the number and a digest of the tasks' ids.
    """
    return look_at(session, None if feed is None else {feed}, by=by)


def look_at(session: Session, feeds: set[str] | None, *, by: Actor = SYSTEM) -> dict[str, Looked]:
    """Like :func:`look`, for several feeds at once; None means all."""
    checks = [
        check
        for check in definitions.every().values()
        if feeds is None or any(check.reads(one) for one in feeds)
    ]
    if not checks:
        return {}
    # Two looks at once would both find the same thing new.
    session.execute(text(_LOCK))
    with readings(session, [check.sql for check in checks]):
        looked = {check.code: _look(session, check, _asked(check, feeds), by) for check in checks}
    _forget(session)
    return looked


def _asked(check: Check, feeds: set[str] | None) -> list[str]:
    """Return which feeds to compare with the register: those delivered, or all if it was itself."""
    if feeds is None or feeds & ({check.against} | check.also):
        return sorted(check.tellers)
    return sorted(check.tellers & feeds)


def _look(session: Session, check: Check, tellers: list[str], by: Actor) -> Looked:
    now, today = clock.now(), clock.today()
    session.execute(text("TRUNCATE pg_temp.found"))
    statement = _FIND.format(
        feed="q.feed" if check.answers == EACH else f"'{check.answers}'",
        other="q.other_feed" if check.against == EACH else f"nullif('{check.against}', '')",
        sql=check.sql,
    )
    said = {"today": today, "now": now, "tellers": tellers, **check.limits}
    session.execute(text(statement), said)
    flooded = gather_floods(session)
    session.execute(text("ANALYZE pg_temp.found"))
    given: dict[str, Any] = {"kind": check.code, "now": now, "by": by.id}
    everywhere = len(tellers) == len(check.tellers)
    where = {"flooded": flooded, "tellers": tellers, "everywhere": everywhere}
    settled = _ids(session, _SETTLE, {**given, **where})
    session.execute(text(_RENEW), {"kind": check.code})
    reopened = remind(session, check, by=by)
    due = today + timedelta(days=check.days)
    opened = _ids(session, _OPEN, {**given, "field": check.field or None, "due": due})
    _tell(session, check, "", "open", opened, by)
    _tell(session, check, "open", "settled", settled, by)
    found = session.scalar(text("SELECT count(*) FROM found")) or 0
    return Looked(found, len(opened), len(settled), reopened)


def _ids(session: Session, statement: str, values: dict[str, Any]) -> list[UUID]:
    return [row[0] for row in session.execute(text(statement), values)]


def _tell(
    session: Session, check: Check, now: str, then: str, moved: Sequence[UUID], by: Actor
) -> None:
    if not moved:
        return
    joined = "\n".join(sorted(str(one) for one in moved))
    record(
        session,
        event_for("review_tasks", check.code, now, then),
        by=by,
        on=("review_checks", check.code),
        before=now,
        after=then,
        details={
            "count": len(moved),
            "tasks_digest": hashlib.sha256(joined.encode()).hexdigest(),
        },
    )


def _forget(session: Session) -> None:
    """Let tasks that this session has read be read again: statements changed them underneath."""
    for known in session.identity_map.values():
        if isinstance(known, ReviewTask):
            session.expire(known)
