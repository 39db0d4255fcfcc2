-- More land is put forward for the subsidy than the household has under contract.
SELECT
    'h' || land.household_id AS subject_key,
    land.person_id,
    land.household_id,
    jsonb_build_object('records', jsonb_build_array(planted.id, land.id)) AS details
FROM said AS land
INNER JOIN said AS planted
    ON planted.household_id = land.household_id AND planted.feed = 'NY_PLANT'
WHERE
    land.feed = 'NY_LAND'
    AND (planted.data ->> 'eligible_area_milli_mu')::bigint > (land.data ->> 'contract_area_milli_mu')::bigint
