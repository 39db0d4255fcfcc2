-- Things that happened once: funerals, bravery, festivals, the meter of a household.

CREATE TABLE funeral AS
SELECT
    person_id,
    bool_or(cremated_on <= last_day()) AS cremated,
    bool_or(coalesce(burial IN ('树葬', '草坪葬', '海葬'), FALSE)) AS eco_burial
FROM mz_crem
WHERE retracted_on IS NULL
GROUP BY person_id;

CREATE TABLE brave AS
SELECT person_id, TRUE AS recognised, arg_max(grade, recognised_on) AS grade
FROM ga_brave
WHERE recognised_on <= last_day() AND (revoked_on IS NULL OR revoked_on > last_day())
GROUP BY person_id;

CREATE TABLE meter AS
SELECT person_id, bool_or(status = '在用' AND happened(bound_on)) AS bound
FROM gd_ele
GROUP BY person_id;

CREATE TABLE township AS
SELECT
    person_id,
    bool_or(festival IS NOT NULL AND apply_date BETWEEN first_day() AND last_day()) AS festival,
    max(projectionist_years) AS projectionist_years
FROM xz_coll
GROUP BY person_id;
