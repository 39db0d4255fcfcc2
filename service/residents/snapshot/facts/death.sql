-- Deaths: two departments that agree stop payments, one alone only holds them.

CREATE TABLE death AS
WITH report AS (
    SELECT person_id, 1 AS precedence, min(death_date) AS died FROM wj_death GROUP BY person_id
    UNION ALL
    SELECT person_id, 2, min(death_date) FROM mz_crem GROUP BY person_id
    UNION ALL
    SELECT person_id, 3, min(dereg_date) FROM ga_dereg WHERE reason = '死亡' GROUP BY person_id
),

fused AS (
    -- The medical certificate's date decides, then the crematorium's, then the register's.
    SELECT person_id, count(*) AS sources, arg_min(died, precedence) AS died
    FROM report
    GROUP BY person_id
)

SELECT
    person_id,
    CASE WHEN sources >= 2 THEN died END AS death_date,
    CASE WHEN sources = 1 THEN died END AS death_reported_date
FROM fused;
