-- More capital is registered on the members of an assisted household than its means check tells.
WITH owned AS (
    SELECT
        home.household_id,
        min(home.head_person_id) AS head_person_id,
        sum((company.data ->> 'subscribed_fen')::bigint) AS equity_fen,
        jsonb_agg(DISTINCT company.id ORDER BY company.id) AS records
    FROM assisted AS home
    INNER JOIN said AS company ON company.person_id = home.person_id AND company.feed = 'SC_CO'
    WHERE company.data ->> 'status' IN ('存续', '异常')
    GROUP BY home.household_id
),

told AS (
    SELECT DISTINCT ON (home.household_id)
        home.household_id,
        c.id,
        (c.data ->> 'equity_total_fen')::bigint AS equity_fen
    FROM assisted AS home
    INNER JOIN said AS c ON c.person_id = home.person_id AND c.feed = 'MZ_CHECK'
    WHERE c.data ->> 'equity_total_fen' IS NOT NULL
    ORDER BY home.household_id, home.person_id <> home.head_person_id, c.data ->> 'report_date' DESC, c.id
)

SELECT
    'h' || owned.household_id AS subject_key,
    owned.head_person_id AS person_id,
    owned.household_id,
    jsonb_build_object('records', owned.records || to_jsonb(told.id)) AS details
FROM owned
INNER JOIN told ON told.household_id = owned.household_id
WHERE owned.equity_fen > told.equity_fen
