-- Social assistance in force on the last day of the month, by person and by household.

CREATE TABLE assistance_row AS
SELECT *, status = '在保' AND approved_date <= last_day() AS runs
FROM mz_sa;

CREATE TABLE assistance AS
SELECT
    person_id,
    bool_or(runs AND category = '低保') AS dibao,
    bool_or(runs AND category = '低边') AS dibian,
    bool_or(runs AND category = '特困') AS tekun
FROM assistance_row
GROUP BY person_id;

-- The head's own row speaks for the household; without one, the first member's.
CREATE TABLE assisted_household AS
SELECT
    household_id,
    arg_min(head_person_id, {other: person_id IS DISTINCT FROM head_person_id, person_id: person_id})
        AS head_person_id,
    arg_min(size, {other: person_id IS DISTINCT FROM head_person_id, person_id: person_id}) AS size,
    count(DISTINCT person_id) AS member_count,
    bool_or(runs AND category = '低保') AS dibao,
    min(approved_date) FILTER (status = '在保' AND category = '低保') AS approved_date
FROM assistance_row
GROUP BY household_id;
