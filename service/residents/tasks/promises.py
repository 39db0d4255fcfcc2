"""Remember promises: who answered "we shall correct it" is asked again when nothing came."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.foundation import clock
from service.residents.models import ReviewTask
from service.residents.tasks.answer import PROMISE, put_back
from service.residents.tasks.definitions import Check

_BROKEN = """
SELECT DISTINCT ON (t.subject_key) t.id
FROM review_tasks AS t INNER JOIN found AS f ON f.subject_key = t.subject_key
WHERE t.kind = :kind AND t.state = 'answered' AND t.outcome = :promise
    AND t.details - 'count' = f.details - 'count'
    AND t.closed_at < CAST(:now AS timestamptz) - make_interval(days => CAST(:days AS int))
    AND NOT EXISTS (
        SELECT FROM review_tasks AS o
        WHERE o.kind = t.kind AND o.subject_key = t.subject_key AND o.state = 'open')
ORDER BY t.subject_key, t.closed_at DESC
"""


def remind(session: Session, check: Check, *, by: Actor) -> int:
    """Open again what was promised and not corrected within the check's days; return how many."""
    values = {"kind": check.code, "promise": PROMISE, "now": clock.now(), "days": check.days}
    broken = session.scalars(text(_BROKEN), values).all()
    for task_id in broken:
        put_back(session, session.get_one(ReviewTask, task_id), by=by, reason="not corrected")
    return len(broken)
