-- Machines, animals and forest of a person, and what was found on contracted land.

CREATE TABLE serial AS
SELECT serial_no, count(*) AS applications FROM ny_mach GROUP BY serial_no;

-- The newest application counts.
CREATE TABLE machine AS
SELECT
    person_id,
    price_fen,
    quota_fen,
    verified,
    in_county(mach.division) AS owner_here,
    serial.applications = 1 AS serial_unique,
    scrapped,
    scrap_quota_fen
FROM ny_mach AS mach
INNER JOIN serial USING (serial_no)
WHERE applied_on <= last_day()
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY applied_on DESC, serial_no) = 1;

CREATE TABLE animal AS
SELECT
    person_id,
    -- Paid for half a year at a time, so counted from the first day of the half-year.
    coalesce(CAST(sum(heads) FILTER (
        kind = '无害化处理' AND recorded_on >= make_date(year(last_day()), if(month(last_day()) <= 6, 1, 7), 1)
    ) AS BIGINT), 0) AS dead_heads,
    coalesce(CAST(sum(heads) FILTER (kind = '扑杀' AND recorded_on >= first_day()) AS BIGINT), 0) AS cull_heads,
    arg_max(species, recorded_on) FILTER (kind <> '防疫员') AS species,
    bool_or(kind = '防疫员' AND in_force(recorded_on, to_date)) AS vaccinator,
    max(work_months) FILTER (kind = '防疫员') AS work_months
FROM ny_vetr
WHERE recorded_on <= last_day()
GROUP BY person_id;

CREATE TABLE forest AS
SELECT
    person_id,
    coalesce(CAST(sum(area_milli_mu) FILTER (kind = '公益林') AS BIGINT), 0) AS public_area_milli_mu,
    arg_max(owner, area_milli_mu) FILTER (kind = '公益林') AS owner,
    arg_max(if(owner = '个人', coalesce(share_bp, 10000), share_bp), area_milli_mu)
        FILTER (kind = '公益林') AS share_bp,
    bool_or(kind = '护林员') AS ranger,
    bool_or(ranger_ok) FILTER (kind = '护林员') AS ranger_ok,
    coalesce(CAST(sum(area_milli_mu) FILTER (kind = '造林抚育' AND year(from_date) = year(last_day())) AS BIGINT), 0)
        AS afforest_area_milli_mu
FROM ly_for
WHERE (from_date IS NULL OR from_date <= last_day()) AND (to_date IS NULL OR to_date >= last_day())
GROUP BY person_id;

-- Contracted land that something else was built on, by the land register. The subsidy's roll of a
-- year is drawn up before; what is taken in the year reduces the next one.
CREATE TABLE occupied_land AS
SELECT contractor_no, CAST(sum(occupied_milli_mu) AS BIGINT) AS occupied_milli_mu
FROM zr_real
WHERE use = '农用地占用' AND contractor_no IS NOT NULL AND standing(status, registered_on, ended_on)
    AND year(registered_on) < year(last_day())
GROUP BY contractor_no;
