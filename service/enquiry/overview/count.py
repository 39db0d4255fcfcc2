"""Count a month's payments for the overview, in sets; made anew whenever a bank's day is closed."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.foundation.jobs import job
from service.foundation.months import Month

KIND = "enquiry.count_overview"
_LOCK = 0x6F76657276
_ANSWERED_WITHIN = timedelta(days=45)
"""A closed day touches the lists whose files its bank executed so long before, and what failed on it."""

_COUNT = text("""
INSERT INTO overview_counts (month, cut, programme, key, payments, people, amount_fen, counted_at)
WITH line AS MATERIALIZED (
    SELECT p.id, p.programme, p.state, p.amount_fen, p.settled_on, p.failed_on, p.replaces_id,
           p.payee_person_id, coalesce(h.merged_into, p.payee_person_id, -p.id) AS payee,
           coalesce(left(p.division, 9), '') AS township,
           coalesce(of_first.execution_date, f.execution_date) AS promised
    FROM batches b
    JOIN payments p ON p.batch_id = b.id
    JOIN bank_files f ON f.id = p.bank_file_id
    LEFT JOIN persons h ON h.id = p.payee_person_id
    -- What is issued again was promised for the day of the line that it takes the place of.
    LEFT JOIN payments first ON first.id = p.replaces_id
    LEFT JOIN bank_files of_first ON of_first.id = first.bank_file_id
    WHERE b.month = :month),
paid AS MATERIALIZED (SELECT * FROM line WHERE state = 'paid'),
person AS MATERIALIZED (
    SELECT DISTINCT ON (payee) payee, payee_person_id FROM paid ORDER BY payee, payee_person_id),
aged AS MATERIALIZED (
    SELECT person.payee, coalesce(
        said.data->>'sex' || '|' || least(5 * (date_part('year', age(
            :last_day, (said.data->>'birth')::date))::int / 5), 90), '') AS band
    FROM person LEFT JOIN LATERAL (
        SELECT r.data FROM feed_records r
        WHERE r.person_id = person.payee_person_id AND r.feed = 'GA_HUKOU'
          AND r.data->>'birth' ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' AND r.data->>'birth' <= :last_day_text
        ORDER BY r.known_to IS NULL DESC, r.known_from DESC, r.id DESC LIMIT 1) said ON true),
late AS (
    SELECT programme, 'promise' AS cut, settled_on - promised AS days, payee, amount_fen FROM paid
    UNION ALL
    SELECT programme, 'month_end', settled_on - CAST(:last_day AS date), payee, amount_fen FROM paid),
outcome AS (
    SELECT line.programme, line.payee, line.amount_fen, CASE
        WHEN line.state = 'paid' THEN 'first'
        WHEN line.state IN ('rejected', 'returned') THEN 'failed'
        WHEN line.state <> 'reissued' THEN 'open'
        WHEN EXISTS (SELECT FROM paid a WHERE a.replaces_id = line.id) THEN 'again'
        ELSE 'waiting' END AS key
    FROM line
    WHERE line.replaces_id IS NULL AND (line.state <> 'reissued' OR line.failed_on IS NOT NULL)),
cell AS (
    SELECT 'all' AS cut, programme, '' AS key, payee, amount_fen FROM paid
    UNION ALL SELECT 'place', programme, township, payee, amount_fen FROM paid
    UNION ALL SELECT 'age', paid.programme, aged.band, paid.payee, paid.amount_fen
              FROM paid JOIN aged USING (payee)
    UNION ALL SELECT cut, programme, greatest(-60, least(days, 120))::text, payee, amount_fen
              FROM late WHERE days IS NOT NULL
    UNION ALL SELECT 'outcome', programme, key, payee, amount_fen FROM outcome)
SELECT :month, cut, coalesce(programme, ''), key, count(*), count(DISTINCT payee), sum(amount_fen), now()
FROM cell
GROUP BY GROUPING SETS ((cut, programme, key), (cut, key))
""")
_TOUCHED = text("""
WITH file AS (
    SELECT f.id, b.month, b.kind FROM bank_files f JOIN batches b ON b.id = f.batch_id
    WHERE f.channel_id = :channel
      -- A late file is settled from the day it was signed for on, or from the one it was taken on.
      AND (f.execution_date BETWEEN :since AND :day OR f.executes_on BETWEEN :since AND :day))
SELECT month FROM file
UNION
SELECT b.month FROM payments p JOIN batches b ON b.id = p.batch_id
WHERE p.failed_on = :day AND p.state IN ('rejected', 'returned')
""")


@job(KIND, attempts_max=5)
def count_touched(session: Session, channel: str, day: str, **_: str) -> None:
    """Count every month of which a closed bank day may have changed something."""
    closed = date.fromisoformat(day)
    given = {"channel": UUID(channel), "day": closed, "since": closed - _ANSWERED_WITHIN}
    for month in session.scalars(_TOUCHED, given).all():
        count_month(session, month)


def count_month(session: Session, month: str) -> int:
    """Put a month's counts in the place of those before; return how many there are."""
    last = Month.parse(month).last_day
    session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    session.execute(text("DELETE FROM overview_counts WHERE month = :month"), {"month": month})
    given = {"month": month, "last_day": last, "last_day_text": last.isoformat()}
    session.execute(_COUNT, given)
    counted = text("SELECT count(*) FROM overview_counts WHERE month = :month")
    return int(session.scalar(counted, {"month": month}) or 0)
