-- Insurance benefits running on the last day of the month.

CREATE TABLE insurance AS
SELECT
    person_id,
    bool_or(benefit = '失业保险金' AND in_force(from_date, to_date)) AS unemployment,
    bool_or(benefit = '工伤生活护理费' AND in_force(from_date, to_date)) AS work_injury_care
FROM rs_ins
GROUP BY person_id;
