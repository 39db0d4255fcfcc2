-- Members of a household on the minimum living allowance hold more capital than it bears.
-- Subscribed capital counts, paid in or not; whose name was stolen has to say so to the department.
SELECT
    'h' || home.household_id AS subject_key,
    min(home.head_person_id) AS person_id,
    home.household_id,
    jsonb_build_object('records', jsonb_agg(DISTINCT company.id ORDER BY company.id)) AS details
FROM assisted AS home
INNER JOIN said AS company ON company.person_id = home.person_id AND company.feed = 'SC_CO'
WHERE home.category = '低保' AND company.data ->> 'status' IN ('存续', '异常')
GROUP BY home.household_id
HAVING sum((company.data ->> 'subscribed_fen')::bigint) > :equity_fen
