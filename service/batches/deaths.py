"""Deaths as they are known when a list is made: the same fusion that freezes a month's facts.

Sources are the medical certificate, the crematorium, the household register and the court, and a
township that went and looked. One alone holds a line, two stop it; a lone report is cleared when a
township saw the person alive after the day it names and a later register still says 正常.
"""

DEATHS = """
CREATE TEMPORARY TABLE deaths ON COMMIT DROP AS
WITH report AS (
    SELECT coalesce(p.merged_into, p.id) AS person_id, r.feed, r.id AS record, d.as_of,
           coalesce(r.data->>'death_date', r.data->>'dereg_date', r.data->>'effective_on')::date AS died
    FROM feed_records r
    JOIN persons p ON p.id = r.person_id
    JOIN deliveries d ON d.id = r.delivery_id
    WHERE r.known_to IS NULL
      AND (r.feed IN ('WJ_DEATH', 'MZ_CREM')
        OR (r.feed = 'GA_DEREG' AND r.data->>'reason' = '死亡')
        OR (r.feed = 'FY_COURT' AND r.data->>'kind' = '宣告死亡'))
      -- Not withdrawn by the department itself: the certificate, the entry or the declaration.
      AND coalesce(r.data->>'retracted_on', r.data->>'restored_on', r.data->>'revoked_on') IS NULL
),
looked AS (
    SELECT DISTINCT ON (coalesce(p.merged_into, p.id)) coalesce(p.merged_into, p.id) AS person_id,
           c.answer, c.stated_on
    FROM confirmations c JOIN persons p ON p.id = c.person_id
    WHERE c.withdrawn_at IS NULL
    ORDER BY coalesce(p.merged_into, p.id), c.at DESC, c.id DESC
),
source AS (
    SELECT person_id, feed, record, died, as_of FROM report
    UNION ALL
    SELECT person_id, '', NULL, stated_on, NULL FROM looked WHERE answer = 'dead'
),
fused AS (
    SELECT person_id, count(DISTINCT feed) AS sources, max(died) AS died, max(as_of) AS as_of,
           jsonb_build_object('feeds', jsonb_agg(DISTINCT feed),
               'records', coalesce(jsonb_agg(DISTINCT record) FILTER (WHERE record IS NOT NULL), '[]'),
               'died', max(died)) AS evidence
    FROM source GROUP BY person_id
),
-- The register is delivered whole: its newest full delivery repeats what older ones said.
whole AS (
    SELECT max(as_of) AS as_of FROM deliveries
    WHERE feed = 'GA_HUKOU' AND state = 'imported' AND mode = 'full'
),
register AS (
    SELECT coalesce(p.merged_into, p.id) AS person_id, greatest(max(d.as_of), max(whole.as_of)) AS as_of
    FROM persons p
    JOIN feed_records r ON r.person_id = p.id AND r.feed = 'GA_HUKOU' AND r.known_to IS NULL
    JOIN deliveries d ON d.id = r.delivery_id
    CROSS JOIN whole
    WHERE r.data->>'status' = '正常'
      AND coalesce(p.merged_into, p.id) IN (SELECT person_id FROM looked WHERE answer = 'alive')
    GROUP BY coalesce(p.merged_into, p.id)
)
SELECT fused.person_id, fused.sources, fused.evidence
FROM fused
LEFT JOIN looked USING (person_id)
LEFT JOIN register USING (person_id)
WHERE NOT (fused.sources = 1
       AND coalesce(looked.answer = 'alive' AND looked.stated_on > fused.died, false)
       AND coalesce(register.as_of > fused.as_of, false))
"""
