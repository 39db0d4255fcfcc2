"""Facts that several queries stand on, each worked out here anew from what departments delivered.

A control that held payments before they went out has its own reading of the same records; these are
read apart from it, so that a fault in one is not a fault in both.
"""

DAY = "AT TIME ZONE INTERVAL '8 hours')::date"
"""Ends ``(instant``: the county's civil day of an instant."""

DIED = f"""
died AS (
    SELECT human_id, max(died) AS died, min(learned) AS learned, count(DISTINCT feed) AS sources,
           string_agg(DISTINCT feed, ', ' ORDER BY feed) AS feeds
    FROM (
        SELECT coalesce(p.merged_into, p.id) AS human_id, r.feed, (r.known_from {DAY} AS learned,
               coalesce(r.data->>'death_date', r.data->>'dereg_date', r.data->>'effective_on')::date
                   AS died
        FROM feed_records r JOIN persons p ON p.id = r.person_id
        WHERE r.known_to IS NULL
          AND (r.feed IN ('WJ_DEATH', 'MZ_CREM')
            OR (r.feed = 'GA_DEREG' AND r.data->>'reason' = '死亡')
            OR (r.feed = 'FY_COURT' AND r.data->>'kind' = '宣告死亡'))
          AND coalesce(r.data->>'retracted_on', r.data->>'restored_on', r.data->>'revoked_on') IS NULL
        UNION ALL
        SELECT coalesce(p.merged_into, p.id), 'township', (c.at {DAY}, c.stated_on
        FROM confirmations c JOIN persons p ON p.id = c.person_id
        WHERE c.answer = 'dead' AND c.withdrawn_at IS NULL
    ) said
    WHERE died IS NOT NULL
    GROUP BY human_id
),
seen_alive AS (
    SELECT coalesce(p.merged_into, p.id) AS human_id, max(c.stated_on) AS seen_on
    FROM confirmations c JOIN persons p ON p.id = c.person_id
    WHERE c.answer = 'alive' AND c.withdrawn_at IS NULL
    GROUP BY 1
),
dead AS (
    SELECT d.* FROM died d LEFT JOIN seen_alive s USING (human_id)
    WHERE d.sources > 1 OR s.seen_on IS NULL OR s.seen_on <= d.died
),
dead_ids AS (
    SELECT dead.*, dead.human_id AS person_id FROM dead
    UNION ALL
    SELECT dead.*, p.id FROM dead JOIN persons p ON p.merged_into = dead.human_id
)"""  # noqa: S608 - constants of this module
"""``dead_ids``: every person row of who is dead, with the day, who says so and since when we know.
One source counts unless a township saw the person alive after the day it names."""

KIN = """
kin_rows AS (
    SELECT s.seed_id, coalesce(p.merged_into, p.id) AS human_id, 'household' AS how
    FROM seed s
    JOIN persons mine ON coalesce(mine.merged_into, mine.id) = s.human_id
    JOIN feed_records h ON h.person_id = mine.id AND h.feed = 'GA_HUKOU' AND h.known_to IS NULL
    JOIN feed_records o ON o.household_id = h.household_id AND o.feed = 'GA_HUKOU'
     AND o.known_to IS NULL
    JOIN persons p ON p.id = o.person_id
    UNION
    SELECT s.seed_id, coalesce(p.merged_into, p.id), 'marriage'
    FROM seed s
    JOIN persons mine ON coalesce(mine.merged_into, mine.id) = s.human_id
    JOIN LATERAL (
        SELECT r.data FROM feed_records r
        WHERE r.person_id = mine.id AND r.feed = 'MZ_MAR' AND r.known_to IS NULL
          AND r.data->>'register_kind' IN ('结婚', '离婚') AND r.data->>'revoked_on' IS NULL
        ORDER BY r.data->>'registered_on' DESC, r.id DESC LIMIT 1
    ) last ON last.data->>'register_kind' = '结婚'
    JOIN persons p ON p.id = (last.data->>'other_person_id')::bigint
),
kin AS (
    SELECT k.seed_id, k.human_id, string_agg(DISTINCT k.how, ', ' ORDER BY k.how) AS how
    FROM kin_rows k JOIN seed s ON s.seed_id = k.seed_id
    WHERE k.human_id <> s.human_id
    GROUP BY k.seed_id, k.human_id
)"""
"""``kin``: who the registers say belongs to each of ``seed (seed_id, human_id)``: the registered
household, and whoever the last marriage is with. Nobody has to have declared anything."""

MADE_CHOICES = ("submitted", "approved", "returned", "signed")
"""Acts in a list's chain by which somebody decided about its lines."""
