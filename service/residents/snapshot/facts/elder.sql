-- Ability assessments. The grade comes with its own end date, which the rules look at; the answer
-- about self-care has none in the rules, so outside the assessment's validity it is unknown.

CREATE TABLE elder AS
SELECT
    person_id,
    assess,
    valid_to,
    CASE WHEN in_force(assessed_on, valid_to) THEN selfcare END AS selfcare
FROM mz_eld
-- An assessment of a later day replaced the one of that month: what held then is unknown.
WHERE assessed_on <= last_day();
