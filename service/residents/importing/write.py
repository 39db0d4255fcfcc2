"""Write staged rows as dated records: only what is new is inserted, only what ended is closed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.residents.importing.accounts import keep_accounts, keep_verifications
from service.residents.importing.register import keep_register
from service.residents.importing.staging import Stage
from service.residents.models import Delivery

_CLOSE_ABSENT = """
WITH closed AS (
    UPDATE feed_records r SET known_to = %(now)s
    WHERE r.feed = %(feed)s AND r.known_to IS NULL
      AND NOT EXISTS (SELECT FROM incoming i WHERE i.record_key = r.record_key)
      AND NOT EXISTS (SELECT FROM spared s WHERE s.record_key = r.record_key)
    RETURNING r.person_id)
INSERT INTO ended SELECT person_id FROM closed
"""
_DROP_UNCHANGED = """
DELETE FROM incoming i USING feed_records r, deliveries d
WHERE r.feed = %(feed)s AND r.known_to IS NULL AND r.record_key = i.record_key
  AND r.digest = i.digest AND r.person_id IS NOT DISTINCT FROM i.person_id
  AND d.id = r.delivery_id AND (d.as_of, d.received_at) <= (%(as_of)s, %(received_at)s)
"""
# A later day is known already: what an earlier day said is history, whenever it arrives.
_TAKE_LATE_OUT = """
CREATE TEMPORARY TABLE late ON COMMIT DROP AS
SELECT i.* FROM incoming i
WHERE %(all_late)s OR EXISTS (
    SELECT FROM feed_records r JOIN deliveries d ON d.id = r.delivery_id
    WHERE r.feed = %(feed)s AND r.known_to IS NULL AND r.record_key = i.record_key
      AND (d.as_of, d.received_at) > (%(as_of)s, %(received_at)s))
"""
_DROP_LATE = "DELETE FROM incoming i USING late l WHERE i.n = l.n"
_INSERT_LATE = """
INSERT INTO feed_records
  (feed, record_key, person_id, household_id, data, digest, delivery_id, row_no, known_from, known_to)
SELECT %(feed)s, l.record_key, l.person_id, h.id, l.data, l.digest, %(delivery)s, l.row_no, %(now)s,
       %(now)s
FROM late l
LEFT JOIN households h ON h.kind = %(kind)s AND h.code = l.household_code
LEFT JOIN before b ON b.record_key = l.record_key
WHERE b.digest IS DISTINCT FROM l.digest
ORDER BY l.n
"""
# What was known of each late row's key up to its day, and the next list's day if that list had said
# the same again: then the same holds from there on, behind what the late row says.
_WHAT_STOOD = """
CREATE TEMPORARY TABLE before ON COMMIT DROP AS
WITH word AS (
    SELECT r.*, coalesce(d.first_as_of, d.as_of) AS as_of, d.received_at,
           lead((coalesce(d.first_as_of, d.as_of), d.received_at)) OVER (
               PARTITION BY r.record_key
               ORDER BY coalesce(d.first_as_of, d.as_of), d.received_at, r.id) AS next
    FROM feed_records r JOIN deliveries d ON d.id = r.delivery_id
    WHERE r.feed = %(feed)s AND r.record_key IN (SELECT record_key FROM late)
)
SELECT DISTINCT ON (w.record_key) w.id, w.record_key, w.digest, w.as_of, again.id AS again_id
FROM word w
LEFT JOIN LATERAL (
    SELECT d.id, d.as_of, d.received_at FROM deliveries d
    WHERE d.feed = %(feed)s AND d.mode = 'full' AND d.state = 'imported' AND d.id <> %(delivery)s
      AND d.id <> w.delivery_id AND (d.as_of, d.received_at) > (%(as_of)s, %(received_at)s)
    ORDER BY d.as_of, d.received_at LIMIT 1
) again ON w.as_of < %(as_of)s
       AND (w.next > (again.as_of, again.received_at) OR w.next IS NULL AND w.known_to IS NULL)
WHERE (w.as_of, w.received_at) <= (%(as_of)s, %(received_at)s)
ORDER BY w.record_key, w.as_of DESC, w.received_at DESC, w.id DESC
"""
_CLOSE_SAID_AGAIN = """
UPDATE feed_records r SET known_to = %(now)s
FROM before b JOIN late l ON l.record_key = b.record_key AND l.digest <> b.digest
WHERE r.id = b.id AND r.known_to IS NULL AND b.again_id IS NOT NULL
RETURNING r.id
"""
_SAY_AGAIN = """
INSERT INTO feed_records
  (feed, record_key, person_id, household_id, data, digest, delivery_id, row_no, known_from, known_to)
SELECT r.feed, r.record_key, r.person_id, r.household_id, r.data, r.digest, b.again_id, r.row_no,
       %(now)s, CASE WHEN r.id = ANY(%(closed)s) THEN NULL ELSE %(now)s END
FROM before b
JOIN late l ON l.record_key = b.record_key AND l.digest <> b.digest
JOIN feed_records r ON r.id = b.id
WHERE b.again_id IS NOT NULL
"""
_CLOSE_CHANGED = """
UPDATE feed_records r SET known_to = %(now)s FROM incoming i
WHERE r.feed = %(feed)s AND r.known_to IS NULL AND r.record_key = i.record_key
"""
_ADD_HOUSEHOLDS = """
INSERT INTO households (kind, code)
SELECT DISTINCT %(kind)s, household_code FROM {0} WHERE household_code IS NOT NULL ORDER BY 2
ON CONFLICT (kind, code) DO NOTHING
"""
_INSERT = """
INSERT INTO feed_records
  (feed, record_key, person_id, household_id, data, digest, delivery_id, row_no, known_from)
SELECT %(feed)s, i.record_key, i.person_id, h.id, i.data, i.digest, %(delivery)s, i.row_no, %(now)s
FROM incoming i LEFT JOIN households h ON h.kind = %(kind)s AND h.code = i.household_code
ORDER BY i.n
"""
_MARK_CORRECTED = """
UPDATE rejected_rows w SET corrected_by_id = %(delivery)s
FROM (SELECT DISTINCT returned::uuid AS id FROM incoming WHERE returned IS NOT NULL) i
WHERE w.id = i.id AND w.corrected_by_id IS NULL
"""


@dataclass(frozen=True)
class Written:
    """How many of the staged rows said nothing new, came late, or ended a record."""

    unchanged: int
    late: int
    ended: int


def write(stage: Stage, delivery: Delivery, now: datetime, *, all_late: bool) -> Written:
    """Write what is staged; ``all_late``: a full delivery of a day before the one we know."""
    cursor, feed = stage.cursor, stage.feed
    values = {
        "feed": feed.code,
        "now": now,
        "delivery": delivery.id,
        "as_of": delivery.as_of,
        "received_at": delivery.received_at,
        "kind": feed.household.kind if feed.household else None,
        "all_late": all_late,
    }
    if delivery.mode == "correction":
        cursor.execute(_MARK_CORRECTED, values)
    ended = 0
    if delivery.mode == "full" and not all_late:
        cursor.execute(_CLOSE_ABSENT, values)
        ended = cursor.rowcount
    cursor.execute(_DROP_UNCHANGED, values)
    unchanged = cursor.rowcount
    late = _write_late(stage, values)
    cursor.execute(_CLOSE_CHANGED, values)
    if feed.household:
        cursor.execute(_ADD_HOUSEHOLDS.format("incoming").encode(), values)
    cursor.execute(_INSERT, values)
    _keep_beside(stage, delivery, now)
    return Written(unchanged, late, ended)


def _write_late(stage: Stage, values: dict[str, Any]) -> int:
    cursor = stage.cursor
    cursor.execute("DROP TABLE IF EXISTS pg_temp.late")
    cursor.execute(_TAKE_LATE_OUT, values)
    late = cursor.rowcount
    if late:
        cursor.execute(_DROP_LATE)
        if stage.feed.household:
            cursor.execute(_ADD_HOUSEHOLDS.format("late").encode(), values)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.before")
        cursor.execute(_WHAT_STOOD, values)
        cursor.execute(_INSERT_LATE, values)
        if values["all_late"]:
            cursor.execute(_CLOSE_SAID_AGAIN, values)
            closed = [one for (one,) in cursor.fetchall()]
            cursor.execute(_SAY_AGAIN, {**values, "closed": closed})
    return late


def _keep_beside(stage: Stage, delivery: Delivery, now: datetime) -> None:
    """Keep the tables that repeat a part of the records for quick use."""
    match stage.feed.code:
        case "GA_HUKOU":
            keep_register(stage.cursor, delivery.id, now)
        case "RS_CARD":
            keep_accounts(stage.cursor, delivery.id, now)
        case "BK_RET":
            keep_verifications(stage.cursor, delivery.id)
