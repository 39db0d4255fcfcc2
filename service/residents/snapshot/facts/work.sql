-- Work: what the job office says of a person, and a person's own businesses.

CREATE TABLE job AS
SELECT
    person_id,
    employment,
    hard_category IS NOT NULL AND coalesce(in_force(hard_from, hard_to), FALSE) AS hard,
    post IS NOT NULL AND coalesce(in_force(post_from, post_to), FALSE) AS public_post,
    post_months,
    subsidy_months,
    refusals,
    skill,
    skill_on,
    -- A year begun counts as a year.
    CASE
        WHEN retires_on <= last_day() THEN 0
        ELSE (months_of(retires_on) - months_of(last_day()) + 11) // 12
    END AS years_to_retire
FROM rs_job;

CREATE TABLE business AS
SELECT
    person_id,
    count(DISTINCT uscc) = 1 AS first,
    max(full_months(established_on, last_day())) FILTER (
        status = '存续' AND (ended_on IS NULL OR ended_on > last_day())
    ) AS months,
    bool_or(kind IN ('农民专业合作社', '家庭农场', '公司') AND status = '存续') AS entity
FROM sc_co
WHERE role IN ('法定代表人', '经营者') AND established_on <= last_day()
GROUP BY person_id;

-- Staff beside the establishment, and survivors of staff, are on the list and not on the payroll.
CREATE TABLE payroll AS
SELECT
    person_id,
    coalesce(category NOT IN ('编外', '遗属'), TRUE)
    AND coalesce(from_date <= last_day(), TRUE)
    AND coalesce(to_date >= last_day(), TRUE) AS runs,
    category = '遗属' AS survivor
FROM cz_pay;
