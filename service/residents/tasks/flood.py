"""Keep one broken file from becoming a hundred thousand questions about people."""

from sqlalchemy import text
from sqlalchemy.orm import Session

MANY = 5_000
"""From so many contradictions of one kind on, it is the feed that is wrong, not the people."""

_FLOODED = "SELECT feed FROM found GROUP BY feed HAVING count(*) > :many ORDER BY feed"
_GATHER = """
WITH gone AS (DELETE FROM found WHERE feed = ANY(:flooded) RETURNING feed, other_feed)
INSERT INTO found (subject_key, feed, other_feed, details)
SELECT 'many/' || feed, feed, min(other_feed),
    jsonb_build_object('count', count(*), 'magnitude', floor(log(2, count(*))))
FROM gone GROUP BY feed
"""


def gather_floods(session: Session, *, many: int | None = None) -> list[str]:
    """Put one question to a feed in the place of more than ``many``; return the feeds concerned.

    Works on the table ``found``. Questions that are open already stay open beside it.
    """
    limit = MANY if many is None else many
    flooded = list(session.scalars(text(_FLOODED), {"many": limit}))
    if flooded:
        session.execute(text(_GATHER), {"flooded": flooded})
    return flooded
