-- Children in special care, by the class recognised by the last day of the month.

CREATE TABLE child AS
SELECT
    person_id,
    cared AND class = '孤儿' AS orphan,
    cared AND class = '事实无人抚养' AS swwr,
    cared AND (class = '艾滋病病毒感染' OR coalesce(hiv, FALSE)) AS hiv,
    cared AND placement = '机构养育' AS in_institution,
    father_status,
    mother_status,
    guardian_person_id,
    CASE WHEN cared THEN recognised_on END AS recognised_date
FROM (
    SELECT *, recognised_on <= last_day() AND (ended_on IS NULL OR ended_on > last_day()) AS cared
    FROM mz_child
) AS recognised;
