-- Dangerous houses, rent support, moves away from landslides, and what disasters did.

CREATE TABLE house_case AS
SELECT
    person_id,
    arg_max(danger_grade, happened_on) FILTER (kind = '房屋鉴定') AS danger_grade,
    bool_or(kind = '危房改造' AND happened(accepted_on)) AS accepted,
    bool_or(past_aid) AS past_aid,
    bool_or(kind = '租赁补贴' AND coalesce(rent_approved, FALSE) AND in_force(happened_on, ended_on))
        AS rent_approved,
    arg_max(guarantee_area, happened_on) FILTER (kind = '租赁补贴') AS guarantee_area,
    max(happened_on) FILTER (kind = '租赁补贴' AND rent_approved) AS rent_on
FROM js_hou
WHERE happened_on <= last_day()
GROUP BY person_id;

CREATE TABLE landslide_move AS
SELECT person_id, bool_or(happened(moved_on) AND happened(accepted_on)) AS moved
FROM zr_geo
GROUP BY person_id;

-- The newest event of the last twelve months; an older one says nothing about today's need.
CREATE TABLE disaster AS
SELECT
    person_id,
    coalesce(collapsed_rooms, 0) > 0 AS collapsed,
    damaged_rooms,
    need_transition,
    need_winter,
    coalesce(deaths, 0) > 0 AS death
FROM yj_dis
WHERE happened_on <= last_day() AND happened_on > last_day() - INTERVAL 1 YEAR
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY happened_on DESC, collapsed_rooms DESC NULLS LAST) = 1;
