-- Applications taken by the townships, one pair of dates for each programme that needs one.

CREATE TABLE application AS
SELECT
    person_id,
    max(apply_date) FILTER (programme = 'MZ08') AS apply_date_mz08,
    max(approve_date) FILTER (programme = 'MZ08') AS approve_date_mz08,
    max(apply_date) FILTER (programme = 'MZ09') AS apply_date_mz09,
    max(approve_date) FILTER (programme = 'MZ09') AS approve_date_mz09,
    max(apply_date) FILTER (programme = 'MZ17') AS apply_date_mz17,
    max(approve_date) FILTER (programme = 'MZ17') AS approve_date_mz17,
    max(apply_date) FILTER (programme = 'WJ02') AS apply_date_wj02,
    max(approve_date) FILTER (programme = 'WJ02') AS approve_date_wj02,
    max(apply_date) FILTER (programme = 'WJ06') AS apply_date_wj06,
    max(approve_date) FILTER (programme = 'WJ06') AS approve_date_wj06,
    max(claimant_person_id) FILTER (programme = 'WJ06') AS childcare_claimant
FROM xz_coll
GROUP BY person_id;
