-- Custody beside prison, and what courts declared, as of the last day of the month.

-- A measure that ended in an acquittal, or in no case at all, never restricted anybody.
CREATE TABLE custody AS
SELECT
    person_id,
    coalesce(CAST(sum(full_months(from_date, least(to_date, last_day())))
        FILTER (measure <> '通缉' AND from_date <= last_day()) AS BIGINT), 0) AS restricted_months,
    bool_or(measure = '通缉' AND in_force(from_date, to_date)) AS wanted
FROM ga_detain
WHERE outcome IS NULL OR outcome NOT IN ('无罪', '撤案')
GROUP BY person_id;

CREATE TABLE court AS
SELECT
    person_id,
    coalesce(bool_or(kind = '宣告失踪'), FALSE) AS missing,
    bool_or(kind = '刑罚判决') AS judged,
    arg_max(sentence, effective_on) FILTER (kind = '刑罚判决') AS sentence
FROM fy_court
WHERE effective_on <= last_day() AND (revoked_on IS NULL OR revoked_on > last_day())
GROUP BY person_id;

-- The longest stay outside the country that reaches into the last twelve months, in days.
CREATE TABLE abroad AS
SELECT
    person_id,
    max(least(coalesce(returned_on, last_day()), last_day())
        - greatest(left_on, CAST(last_day() - INTERVAL 1 YEAR AS DATE))) AS days
FROM ga_exit
WHERE left_on <= last_day() AND (returned_on IS NULL OR returned_on > last_day() - INTERVAL 1 YEAR)
GROUP BY person_id;
