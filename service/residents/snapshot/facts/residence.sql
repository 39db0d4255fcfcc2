-- Where a person was registered on the first day of the month, and when the registration left.

-- A destination may be a code or the name of a place. A name outside cannot be told from a name
-- inside, so a move to a named place counts as leaving only if the register agrees.
CREATE TABLE hukou_move AS
SELECT
    mig.person_id,
    mig.moved_on,
    mig.from_division,
    CASE
        WHEN in_county(mig.to_division) AND NOT in_county(mig.from_division) THEN 'in'
        WHEN in_county(mig.to_division) THEN 'within'
        WHEN NOT in_county(mig.from_division) THEN 'elsewhere'
        WHEN regexp_full_match(mig.to_division, '[0-9]{6,12}') THEN 'out'
        WHEN hukou.status = '正常' AND in_county(hukou.division) THEN 'within'
        ELSE 'out'
    END AS way
FROM ga_mig AS mig
LEFT JOIN ga_hukou AS hukou USING (person_id);

-- 死亡 and 入伍 end an entry without a move: they say where someone was until then, no more.
CREATE TABLE hukou_event AS
SELECT person_id, moved_on AS happened_on, way, from_division
FROM hukou_move
WHERE way IN ('in', 'out', 'within')
UNION ALL
SELECT person_id, dereg_date, if(reason = '出国定居', 'out', 'ended'), NULL
FROM ga_dereg
-- Restored: it was ended in error.
WHERE restored_on IS NULL;

CREATE TABLE hukou_history AS
SELECT
    person_id,
    -- The county somebody leaves pays the month of the move, also when that is the first day; so
    -- whoever arrives on the first day arrives for the month after, and is never paid by both.
    min({d: happened_on, way: way, f: from_division})
        FILTER (way <> 'within' AND happened_on >= if(way = 'in', first_day(), first_day() + 1))
        AS next_change,
    min({d: happened_on, f: from_division})
        FILTER (happened_on > first_day() AND way IN ('out', 'within')).f AS division_before,
    max({d: happened_on, way: way})
        FILTER (happened_on <= first_day() AND way IN ('in', 'out')).way AS last_change,
    max({d: happened_on, way: way}) FILTER (way IN ('in', 'out')) AS newest_move,
    max(happened_on) FILTER (way = 'in' AND happened_on <= last_day()) AS came_in
FROM hukou_event
GROUP BY person_id;

CREATE TABLE residence AS
SELECT
    hukou.person_id,
    hukou.birth,
    -- The village of the first day: a later move inside the county moves no line of this month.
    coalesce(history.division_before, hukou.division) AS division,
    CASE
        WHEN history.next_change.way = 'in' THEN FALSE
        WHEN history.next_change.way = 'out' THEN in_county(coalesce(history.next_change.f, hukou.division))
        WHEN history.next_change.way = 'ended' THEN in_county(hukou.division)
        WHEN history.last_change = 'out' THEN FALSE
        ELSE hukou.status = '正常' AND in_county(hukou.division)
    END AS hukou_county,
    starts_with(coalesce(history.division_before, hukou.division), left(getvariable('county'), 2))
        AS hukou_prov,
    CASE WHEN history.newest_move.way = 'out' THEN history.newest_move.d END AS hukou_out_date,
    coalesce(history.came_in, hukou.since) AS hukou_since,
    -- Members of a collective count as rural whatever their entry is called since the reform.
    CASE WHEN hukou.collective_member THEN TRUE ELSE hukou.hukou_kind = '农业' END AS rural,
    hukou.sex,
    regexp_replace(hukou.ethnic, '族$', '') AS ethnic,
    hukou.resident_division,
    hukou.residence_permit,
    coalesce(hukou.nationality IN ('中国', '中国籍', '中华人民共和国', 'CHN'), TRUE) AS nationality_cn
FROM ga_hukou AS hukou
LEFT JOIN hukou_history AS history USING (person_id);
