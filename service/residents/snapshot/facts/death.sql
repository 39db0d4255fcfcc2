-- Deaths: two sources that agree stop payments, one alone only holds them, and one that the
-- register and a township contradict was wrong. In whatever order they came.

CREATE TABLE death_report AS
SELECT person_id, report.feed, precedence, died, delivery.as_of
FROM (
    SELECT person_id, 'WJ_DEATH' AS feed, 1 AS precedence, death_date AS died, delivery_id
    FROM wj_death WHERE retracted_on IS NULL
    UNION ALL
    SELECT person_id, 'MZ_CREM', 2, death_date, delivery_id
    FROM mz_crem WHERE retracted_on IS NULL
    UNION ALL
    SELECT person_id, 'GA_DEREG', 3, dereg_date, delivery_id
    FROM ga_dereg WHERE reason = '死亡' AND restored_on IS NULL
    UNION ALL
    -- A court may revoke what it declared; until then the day it named counts.
    SELECT person_id, 'FY_COURT', 4, coalesce(death_date, effective_on), delivery_id
    FROM fy_court WHERE kind = '宣告死亡' AND revoked_on IS NULL
) AS report
LEFT JOIN delivery USING (delivery_id);

-- The register is delivered whole: its newest full delivery repeats what older ones said.
CREATE TABLE register_normal AS
SELECT
    person_id,
    greatest(
        delivery.as_of,
        (SELECT max(as_of) FROM delivery WHERE feed = 'GA_HUKOU' AND mode = 'full')
    ) AS as_of
FROM ga_hukou
LEFT JOIN delivery USING (delivery_id)
WHERE status = '正常' AND person_id IN (SELECT person_id FROM death_report);

-- Who arranged the funeral.
CREATE TABLE funeral_handler AS
SELECT person_id, max(handler_person_id) AS handler_person_id
FROM mz_crem WHERE retracted_on IS NULL
GROUP BY person_id;

CREATE TABLE death AS
WITH source AS (
    -- A department that reports twice is still one source.
    SELECT person_id, feed, precedence, min(died) AS died, max(died) AS last_died, max(as_of) AS as_of
    FROM death_report
    GROUP BY person_id, feed, precedence
    UNION ALL
    SELECT person_id, '', 9, stated_on, stated_on, NULL FROM confirmation WHERE answer = 'dead'
),

fused AS (
    -- The medical certificate's date decides, then the crematorium's, the register's, the
    -- court's, the township's.
    SELECT
        person_id,
        count(*) AS sources,
        arg_min(died, precedence) AS died,
        arg_min(feed, precedence) AS first_source,
        max(last_died) AS last_died,
        max(as_of) AS as_of
    FROM source
    GROUP BY person_id
),

judged AS (
    SELECT
        fused.*,
        sources = 1
        AND coalesce(seen.answer = 'alive' AND seen.stated_on > last_died, FALSE)
        AND coalesce(register.as_of > fused.as_of, FALSE) AS wrong
    FROM fused
    LEFT JOIN confirmation AS seen USING (person_id)
    LEFT JOIN register_normal AS register USING (person_id)
)

SELECT
    person_id,
    CASE WHEN sources >= 2 THEN died END AS death_date,
    CASE WHEN sources = 1 AND NOT wrong THEN died END AS death_reported_date,
    CASE WHEN wrong THEN first_source END AS falsely_reported_by
FROM judged;
