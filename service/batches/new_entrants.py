"""Hold who was not paid before, while a feed that the programme rests on is stale.

Who has been paid goes on being paid – the gate at the approval asks for somebody to answer for that
– but nobody is added on the word of old data (situation 53 of the domain).
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.programmes.versions import programme_of
from service.residents import feeds
from service.residents.freshness import stale_feeds

CODE = "feed_stale_new_entrant"
_PROGRAMME = """
SELECT d.programme, a.rule_digest FROM building b JOIN decisions d ON d.id = b.decision_id
JOIN assessments a ON a.id = d.assessment_id LIMIT 1
"""
_HOLD = """
WITH before AS (
    SELECT now.period, max(p.period) AS last
    FROM (SELECT DISTINCT period FROM building) now
    JOIN payments p ON p.programme = :programme AND p.period < now.period
     AND p.state IN ('sent', 'unknown', 'paid')
    GROUP BY now.period
)
INSERT INTO building_holds
SELECT b.id, :code FROM building b
LEFT JOIN persons me ON b.subject_kind = 'person' AND me.id = b.subject_id
WHERE b.line_type = 'regular' AND NOT EXISTS (
    SELECT 1 FROM before
    JOIN payments p ON p.programme = :programme AND p.period = before.last
     AND p.state IN ('sent', 'unknown', 'paid') AND p.subject_kind = b.subject_kind
    LEFT JOIN persons paid ON p.subject_kind = 'person' AND paid.id = p.subject_id
    WHERE before.period = b.period
      AND coalesce(paid.merged_into, p.subject_id) = coalesce(me.merged_into, b.subject_id))
RETURNING id
"""


def hold_new_entrants(session: Session) -> int:
    """Hold the lines of ``building`` that nobody paid in the period before, if a feed is stale.

    A feed that never came does not count here: without an event feed no month is frozen at all, and
    of any other the facts are unknown. Returns how many lines were held.
    """
    found = session.execute(text(_PROGRAMME)).first()
    if found is None:
        return 0
    programme, digest = found
    own = programme_of(session, digest, programme).feeds
    asked = {*own, *feeds.event_feeds()}
    if not any(one.believed_at is not None for one in stale_feeds(session, asked)):
        return 0
    return len(session.execute(text(_HOLD), {"programme": programme, "code": CODE}).all())
