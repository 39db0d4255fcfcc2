-- A household on the minimum living allowance whose own means check is over what the allowance bears.
-- The allowance itself goes on by the roll until civil affairs has answered.
SELECT
    'h' || home.household_id AS subject_key,
    home.head_person_id AS person_id,
    home.household_id,
    jsonb_build_object('records', jsonb_agg(DISTINCT home.id ORDER BY home.id) || jsonb_agg(DISTINCT c.id ORDER BY c.id)) AS details
FROM assisted AS home
INNER JOIN said AS c ON c.person_id = home.person_id AND c.feed = 'MZ_CHECK'
WHERE
    home.category = '低保'
    AND (
        (c.data ->> 'cars')::bigint > 0
        OR (c.data ->> 'nonres_house')::boolean
        OR (c.data ->> 'houses')::bigint > :houses
        OR (c.data ->> 'equity_total_fen')::bigint > :equity_fen
        OR (c.data ->> 'income_pc_fen')::bigint >= :standard_fen
        OR (c.data ->> 'cash_pc_fen')::bigint >= 48 * :standard_fen
        OR (c.data ->> 'refused_check')::boolean
        OR NOT (c.data ->> 'authorised')::boolean
    )
GROUP BY home.household_id, home.head_person_id
