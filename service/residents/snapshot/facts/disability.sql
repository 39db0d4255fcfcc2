-- Services for the disabled (the certificate itself needs no working out), and wheelchair vehicles.

CREATE TABLE care AS
SELECT
    person_id,
    bool_or(kind = '机构托养' AND in_force(from_date, to_date)) AS entrusted,
    bool_or(kind = '居家安养' AND in_force(from_date, to_date)) AS home_care,
    bool_or(kind = '康复训练' AND in_force(from_date, to_date)) AS rehab_org,
    coalesce(CAST(sum(months) FILTER (kind = '康复训练' AND year(from_date) = year(last_day())) AS BIGINT), 0) AS rehab_months,
    bool_or(kind = '辅具适配' AND happened(approved_on)) AS device_approved,
    arg_max(amount_fen, from_date) FILTER (kind = '辅具适配') AS device_price_fen,
    bool_or(kind = '无障碍改造' AND happened(accepted_on)) AS barrier_free_done,
    arg_max(amount_fen, from_date) FILTER (kind = '无障碍改造') AS barrier_free_cost_fen
FROM cl_serv
WHERE from_date <= last_day()
GROUP BY person_id;

CREATE TABLE vehicle AS
SELECT
    person_id,
    bool_or(kind = '机动轮椅车' AND status = '正常' AND registered_on <= last_day()) AS wheelchair
FROM ga_veh
GROUP BY person_id;
