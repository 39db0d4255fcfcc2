"""Look at the months that a change of identity touches, and put them before somebody.

Nothing paid is changed: the months are listed by programme and period, and whoever answers the
question decides what follows.
"""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.foundation.jobs import job
from service.residents.identity.canonical import aliases
from service.residents.identity.questions import ask

KIND = "months_affected"
_MONTHS = text(
    """
SELECT programme, period,
       count(DISTINCT (subject_kind, subject_id)) FILTER (WHERE listed) AS lines
FROM (
    SELECT programme, period, subject_kind, subject_id,
           subject_kind = 'person' AND subject_id = ANY(:ids) AS listed
    FROM payments
    WHERE (subject_kind = 'person' AND subject_id = ANY(:ids)) OR payee_person_id = ANY(:ids)
    UNION ALL
    SELECT d.programme, d.period, d.subject_kind, d.subject_id, false
    FROM assessments a
    CROSS JOIN (SELECT DISTINCT programme FROM batches) listed
    JOIN decisions d ON d.assessment_id = a.id AND d.programme = listed.programme
     AND d.subject_id = ANY(:ids)
    WHERE d.subject_kind = 'person'
    UNION ALL
    SELECT programme, period, subject_kind, subject_id, false
    FROM decisions WHERE payee_person_id = ANY(:ids)
) found
GROUP BY programme, period
ORDER BY programme, period
"""
)


@job("assessment.reopen", attempts_max=5)
def reopen_months(session: Session, act_id: str, persons: str, cause: str) -> None:
    """Open one question for the months of both persons of a merge or split, if there are any."""
    both = [int(one) for one in persons.split(",")]
    group = sorted({one for person_id in both for one in aliases(session, person_id)})
    rows = session.execute(_MONTHS, {"ids": group}).all()
    if not rows:
        return
    details: dict[str, Any] = {
        "act": act_id,
        "cause": cause,
        "persons": both,
        "months": [{"programme": row.programme, "period": row.period} for row in rows],
        "listed_twice": [
            {"programme": row.programme, "period": row.period}
            for row in rows
            if cause == "merge" and row.lines > 1
        ],
    }
    ask(session, KIND, f"act:{act_id}", person_id=both[0], details=details)
