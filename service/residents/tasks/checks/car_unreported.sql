-- More cars registered on the members of an assisted household than its newest means check tells.
WITH owned AS (
    SELECT home.household_id, home.head_person_id, count(DISTINCT car.id) AS cars, jsonb_agg(DISTINCT car.id ORDER BY car.id) AS records
    FROM assisted AS home
    INNER JOIN said AS car ON car.person_id = home.person_id AND car.feed = 'GA_VEH'
    WHERE car.data ->> 'kind' = '小型汽车' AND car.data ->> 'status' = '正常'
    GROUP BY home.household_id, home.head_person_id
),

told AS (
    SELECT DISTINCT ON (home.household_id) home.household_id, c.id, (c.data ->> 'cars')::bigint AS cars
    FROM assisted AS home
    INNER JOIN said AS c ON c.person_id = home.person_id AND c.feed = 'MZ_CHECK'
    WHERE c.data ->> 'cars' IS NOT NULL
    ORDER BY home.household_id, home.person_id <> home.head_person_id, c.data ->> 'report_date' DESC, c.id
)

SELECT
    'h' || owned.household_id AS subject_key,
    owned.head_person_id AS person_id,
    owned.household_id,
    jsonb_build_object('records', owned.records || to_jsonb(told.id)) AS details
FROM owned
INNER JOIN told ON told.household_id = owned.household_id
WHERE owned.cars > told.cars
