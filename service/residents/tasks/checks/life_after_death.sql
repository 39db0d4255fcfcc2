-- A department tells something that only a living person does, of a day after the reported death.
WITH died AS (
    SELECT DISTINCT ON (person_id) person_id, id, died
    FROM deaths
    ORDER BY person_id, array_position(ARRAY['WJ_DEATH', 'MZ_CREM', 'GA_DEREG', 'FY_COURT'], feed), died
),

done AS (
    SELECT person_id, feed, id, (data ->> CASE feed
        WHEN 'MZ_ELD' THEN 'assessed_on'
        WHEN 'RS_INS' THEN 'from_date'
        WHEN 'XZ_COLL' THEN 'apply_date'
        WHEN 'MZ_SA' THEN 'approved_date'
        WHEN 'MZ_MAR' THEN 'registered_on'
        WHEN 'RS_CARD' THEN 'since'
        WHEN 'RS_JOB' THEN 'registered_on'
        WHEN 'CL_CERT' THEN 'issued_on'
        WHEN 'CL_SERV' THEN 'from_date'
        WHEN 'JY_STU' THEN 'from_date'
        WHEN 'TY_CONS' THEN 'enlisted_on'
        WHEN 'SF_PRISON' THEN 'from_date'
        WHEN 'GA_EXIT' THEN 'left_on'
    END)::date AS on_day
    FROM said
    WHERE feed IN (
        'MZ_ELD', 'RS_INS', 'XZ_COLL', 'MZ_SA', 'MZ_MAR', 'RS_CARD', 'RS_JOB', 'CL_CERT', 'CL_SERV', 'JY_STU',
        'TY_CONS', 'SF_PRISON', 'GA_EXIT'
    )
)

SELECT
    'p' || done.person_id || '/' || done.feed AS subject_key,
    done.feed AS feed,
    done.person_id,
    NULL::bigint AS household_id,
    jsonb_build_object('records', jsonb_build_array(done.id, died.id)) AS details
FROM died
INNER JOIN done ON done.person_id = died.person_id AND done.on_day > died.died
