-- On the public payroll and a member of an assisted household.
SELECT
    'p' || a.person_id || '/h' || a.household_id AS subject_key,
    a.person_id,
    a.household_id,
    jsonb_build_object('records', jsonb_build_array(a.id, pay.id)) AS details
FROM assisted AS a
INNER JOIN said AS pay ON pay.person_id = a.person_id AND pay.feed = 'CZ_PAY'
WHERE (pay.data ->> 'on_payroll')::boolean
