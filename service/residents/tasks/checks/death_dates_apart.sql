-- Two departments tell days of death that lie further apart than a late entry explains.
-- A cancelled registration is entered after the death; it counts only where it came long before.
-- A court's declaration names a day in law and is not compared.
WITH told AS (
    SELECT
        person_id,
        max(died) FILTER (WHERE feed IN ('WJ_DEATH', 'MZ_CREM')) AS latest,
        min(died) FILTER (WHERE feed IN ('WJ_DEATH', 'MZ_CREM')) AS earliest,
        min(died) FILTER (WHERE feed = 'GA_DEREG') AS cancelled,
        jsonb_agg(id ORDER BY id) AS records
    FROM deaths
    GROUP BY person_id
)

SELECT
    'p' || person_id AS subject_key,
    person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', records) AS details
FROM told
WHERE latest - least(earliest, cancelled) > :apart
