-- Means checks: a person's own report, and the one that speaks for an assisted household.

CREATE TABLE household_means AS
SELECT member.household_id, report.* EXCLUDE (household_id)
FROM (SELECT DISTINCT household_id, person_id FROM mz_sa) AS member
INNER JOIN assisted_household AS home ON home.household_id = member.household_id
INNER JOIN mz_check AS report ON report.person_id = member.person_id
-- The head's report; without one, the newest of any member.
QUALIFY row_number() OVER (
    PARTITION BY member.household_id
    ORDER BY
        member.person_id IS DISTINCT FROM home.head_person_id,
        report.report_date DESC,
        member.person_id
) = 1;
