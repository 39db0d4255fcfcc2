"""Hold who was not paid before, while a feed that the programme rests on is stale.

Who has been paid goes on being paid – the gate at the approval asks for somebody to answer for that
– but nobody is added on the word of old data (situation 53 of the domain).
"""

import json

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.programmes.versions import programme_of
from service.residents import feeds
from service.residents.freshness import stale_feeds

CODE = "feed_stale_new_entrant"
_HOLD = """
WITH before AS (
    SELECT now.period, max(p.period) AS last
    FROM (SELECT DISTINCT period FROM building) now
    JOIN payments p ON p.programme = :programme AND p.period < now.period
     AND p.state IN ('sent', 'unknown', 'paid')
    GROUP BY now.period
)
INSERT INTO building_holds
SELECT b.id, :code, :version, jsonb_build_object('feeds', CAST(:feeds AS jsonb))
FROM building b
LEFT JOIN persons me ON b.subject_kind = 'person' AND me.id = b.subject_id
WHERE b.line_type = 'regular' AND NOT EXISTS (
    SELECT 1 FROM before
    JOIN payments p ON p.programme = :programme AND p.period = before.last
     AND p.state IN ('sent', 'unknown', 'paid') AND p.subject_kind = b.subject_kind
    LEFT JOIN persons paid ON p.subject_kind = 'person' AND paid.id = p.subject_id
    WHERE before.period = b.period
      AND coalesce(paid.merged_into, p.subject_id) = coalesce(me.merged_into, b.subject_id))
"""


def hold_new_entrants(session: Session, programme: str, digest: str, version: int) -> None:
    """Hold the lines of ``building`` that nobody paid in the period before, if a feed is stale.

    A feed that never came does not count here: without an event feed no month is frozen at all, and
    of any other the facts are unknown.
    """
    own = programme_of(session, digest, programme).feeds
    asked = {*own, *feeds.event_feeds()}
    stale = [one.feed.code for one in stale_feeds(session, asked) if one.believed_at is not None]
    if stale:
        said = {"programme": programme, "code": CODE, "version": version}
        session.execute(text(_HOLD), {**said, "feeds": json.dumps(sorted(stale))})
