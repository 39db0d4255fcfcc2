-- Social assistance in force on the last day of the month, by person and by household.

CREATE TABLE assistance_row AS
SELECT
    *,
    -- Approved after the last day the law gave: on the roll as if it had been decided on that day.
    status = '在保' AND least(approved_date, decide_by) <= last_day() AND (stopped_on IS NULL OR stopped_on > last_day())
        AS runs,
    -- Who is listed singly is on the allowance alone, not with the household.
    category = '低保' AND NOT coalesce(single, FALSE) AS together
FROM mz_sa;

CREATE TABLE assistance AS
SELECT
    person_id,
    bool_or(runs AND category = '低保') AS dibao,
    bool_or(runs AND category = '低边') AS dibian,
    bool_or(runs AND category = '特困') AS tekun,
    bool_or(runs AND category = '支出型') AS zcx,
    -- The population of low income is everybody on one of the rolls, and who is listed as such.
    bool_or(runs AND category IN ('低保', '低边', '特困', '支出型', '低收入')) AS lowincome,
    bool_or(runs AND category = '低保' AND single) AS dibao_single,
    arg_max(tekun_mode, approved_date) FILTER (runs AND category = '特困') AS tekun_mode,
    arg_max(amount_fen, approved_date) FILTER (runs AND category = '低保') AS amount_fen,
    arg_max(labour, approved_date) FILTER (runs) AS labour,
    arg_max(exempt_months, approved_date) FILTER (runs) AS exempt_months,
    bool_or(serious_ill) FILTER (runs) AS serious_ill,
    arg_max(size, approved_date) FILTER (runs) AS size,
    min(approved_date) FILTER (runs AND category = '特困') AS tekun_date,
    min(decide_by) FILTER (runs AND category = '特困') AS tekun_decide_by,
    min(approved_date) FILTER (runs AND category = '低保' AND single) AS single_date,
    min(decide_by) FILTER (runs AND category = '低保' AND single) AS single_decide_by
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
    bool_or(runs AND together) AS dibao,
    bool_or(runs AND category = '低边') AS dibian,
    bool_or(runs AND category = '特困') AS tekun,
    bool_or(runs AND category = '支出型') AS zcx,
    bool_or(runs AND category IN ('低保', '低边', '特困', '支出型', '低收入')) AS lowincome,
    min(approved_date) FILTER (status = '在保' AND together) AS approved_date,
    min(decide_by) FILTER (status = '在保' AND together) AS decide_by,
    arg_max(amount_fen, approved_date) FILTER (runs AND together) AS amount_fen,
    min(approved_date) FILTER (runs AND category = '特困') AS tekun_date,
    min(decide_by) FILTER (runs AND category = '特困') AS tekun_decide_by,
    min(approved_date) FILTER (runs AND category = '支出型') AS zcx_date,
    min(decide_by) FILTER (runs AND category = '支出型') AS zcx_decide_by
FROM assistance_row
GROUP BY household_id;

-- Temporary relief: the newest grant of a household.
CREATE TABLE relief AS
SELECT household_id, hardship_type, relief_persons, relief_times, approved_date AS relief_date
FROM assistance_row
WHERE hardship_type IS NOT NULL AND approved_date <= last_day()
QUALIFY row_number() OVER (
    PARTITION BY household_id ORDER BY approved_date DESC, person_id
) = 1;
