-- What the members of an assisted household own, as the registers know it.

-- Ordinary motorcycles and the wheelchairs of the disabled do not count, nor what earns a living.
CREATE TABLE household_cars AS
SELECT member.household_id, count(*) AS cars, max(veh.invoice_price_fen) AS price_max_fen
FROM household_member AS member
INNER JOIN ga_veh AS veh ON veh.person_id = member.person_id
WHERE
    veh.status = '正常'
    AND veh.kind NOT IN ('普通二轮摩托', '机动轮椅车')
    AND (veh.use IS NULL OR veh.use = '非营运')
    AND veh.registered_on <= last_day()
    AND (veh.transferred_on IS NULL OR veh.transferred_on > last_day())
GROUP BY member.household_id;

-- Each unit once: two spouses who own one flat own one flat.
CREATE TABLE owned_unit AS
SELECT
    member.household_id,
    real.unit_no,
    any_value(real.use) AS use,
    max(real.area) AS area,
    least(10000, CAST(sum(coalesce(real.share_bp, 10000)) AS BIGINT)) AS share_bp
FROM household_member AS member
INNER JOIN zr_real AS real ON real.person_id = member.person_id
WHERE standing(real.status, real.registered_on, real.ended_on)
GROUP BY member.household_id, real.unit_no;

CREATE TABLE household_property AS
SELECT
    household_id,
    count(*) FILTER (use IN ('住宅', '宅基地住房')) AS houses,
    coalesce(CAST(sum(area * share_bp // 10000) FILTER (use IN ('住宅', '宅基地住房')) AS BIGINT), 0) AS house_area,
    -- A dwelling turned into a shop counts unless it is the only home.
    bool_or(use IN ('商业', '办公', '工业'))
    OR (bool_or(use = '居改非') AND count(*) FILTER (use IN ('住宅', '宅基地住房')) > 0) AS nonres_house
FROM owned_unit
GROUP BY household_id;

CREATE TABLE dwelling AS
SELECT person_id, count(DISTINCT unit_no) AS houses
FROM zr_real
WHERE use IN ('住宅', '宅基地住房') AND standing(status, registered_on, ended_on)
GROUP BY person_id;

-- One company names a person in several roles: what was subscribed counts once.
CREATE TABLE stake AS
SELECT person_id, uscc, max(subscribed_fen) AS subscribed_fen
FROM sc_co
WHERE status IN ('存续', '异常') AND established_on <= last_day()
    AND (ended_on IS NULL OR ended_on > last_day())
GROUP BY person_id, uscc;

CREATE TABLE household_equity AS
SELECT member.household_id, coalesce(CAST(sum(stake.subscribed_fen) AS BIGINT), 0) AS equity_fen
FROM household_member AS member
INNER JOIN stake USING (person_id)
GROUP BY member.household_id;

CREATE TABLE household_medical AS
SELECT member.household_id, CAST(sum(ins.self_pay_fen) AS BIGINT) AS self_pay_fen
FROM household_member AS member
INNER JOIN yb_ins AS ins USING (person_id)
WHERE ins.settled_on <= last_day() AND ins.settled_on > last_day() - INTERVAL 1 YEAR
GROUP BY member.household_id;
