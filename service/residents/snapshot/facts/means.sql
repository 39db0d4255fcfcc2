-- Means checks: a person's own report, and the one that speaks for an assisted household.

CREATE TABLE household_member AS
SELECT DISTINCT household_id, person_id FROM mz_sa WHERE person_id IS NOT NULL;

CREATE TABLE household_means AS
SELECT member.household_id, report.* EXCLUDE (household_id)
FROM household_member AS member
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

-- A person's own income: the check, else the newest month the tax office knows, else what
-- the housing fund takes as a basis.
CREATE TABLE taxed AS
SELECT person_id, CAST(sum(amount_fen) AS BIGINT) AS income_fen
FROM sw_tax
WHERE item <> '社保费' AND month <= strftime(last_day(), '%Y-%m')
GROUP BY person_id, month
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY month DESC) = 1;

CREATE TABLE housing_fund AS
SELECT person_id, base_fen, status = '正常' AS pays
FROM gjj;
