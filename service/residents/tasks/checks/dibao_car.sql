-- A car of a member of a household on the minimum living allowance.
SELECT
    'h' || home.household_id AS subject_key,
    home.head_person_id AS person_id,
    home.household_id,
    jsonb_build_object('records', jsonb_agg(DISTINCT car.id ORDER BY car.id)) AS details
FROM assisted AS home
INNER JOIN said AS car ON car.person_id = home.person_id AND car.feed = 'GA_VEH'
WHERE home.category = '低保' AND car.data ->> 'kind' = '小型汽车' AND car.data ->> 'status' = '正常'
GROUP BY home.household_id, home.head_person_id
