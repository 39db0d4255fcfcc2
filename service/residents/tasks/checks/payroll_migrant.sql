-- On the public payroll and in the register of reservoir migrants: supported until the year ends.
SELECT
    'p' || migrant.person_id AS subject_key,
    migrant.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(migrant.id, pay.id)) AS details
FROM said AS migrant
INNER JOIN said AS pay ON pay.person_id = migrant.person_id AND pay.feed = 'CZ_PAY'
WHERE
    migrant.feed = 'SL_MIG'
    AND (migrant.data ->> 'registered')::boolean
    AND (pay.data ->> 'on_payroll')::boolean
