-- Children in special care, by the class recognised by the last day of the month.

CREATE TABLE child AS
SELECT
    person_id,
    recognised_on <= last_day() AND class = '孤儿' AS orphan,
    recognised_on <= last_day() AND class = '事实无人抚养' AS swwr,
    recognised_on <= last_day() AND class = '艾滋病病毒感染' AS hiv,
    guardian_person_id
FROM mz_child;
