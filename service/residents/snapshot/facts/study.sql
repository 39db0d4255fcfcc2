-- School and university: the enrolment that runs on the last day of the month.

CREATE TABLE pupil AS
SELECT * EXCLUDE (household_id, kind)
FROM jy_stu
WHERE (kind IS NULL OR kind = '学生') AND from_date <= last_day()
QUALIFY row_number() OVER (
    PARTITION BY person_id
    ORDER BY status = '在读' AND in_force(from_date, to_date) DESC, from_date DESC, stage
) = 1;

CREATE TABLE enrolments AS
SELECT
    person_id,
    count(*) FILTER (status = '在读' AND in_force(from_date, to_date)) AS running,
    max(teach_years) FILTER (kind = '民办代课教师') AS teach_years
FROM jy_stu
GROUP BY person_id;

CREATE TABLE student AS
SELECT
    person_id,
    level,
    entry_year,
    graduates_on,
    full_time,
    status = '在读' AND (from_date IS NULL OR from_date <= last_day()) AS enrolled,
    status
FROM jy_he
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY status = '在读' DESC, entry_year DESC, level) = 1;
