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
DELETE FROM incoming i USING feed_records r
WHERE r.feed = %(feed)s AND r.known_to IS NULL AND r.record_key = i.record_key
  AND r.digest = i.digest AND r.person_id IS NOT DISTINCT FROM i.person_id
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
FROM late l LEFT JOIN households h ON h.kind = %(kind)s AND h.code = l.household_code
WHERE NOT EXISTS (SELECT FROM feed_records r WHERE r.feed = %(feed)s
                  AND r.record_key = l.record_key AND r.digest = l.digest)
ORDER BY l.n
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
        cursor.execute(_INSERT_LATE, values)
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
