-- Marriages, divorces and adoptions, as the newest entry of either party says.

CREATE TABLE marriage_entry AS
SELECT person_id, other_person_id, register_kind, registered_on FROM mz_mar
WHERE registered_on <= last_day() AND (revoked_on IS NULL OR revoked_on > last_day())
UNION
SELECT other_person_id, person_id, register_kind, registered_on FROM mz_mar
WHERE other_person_id IS NOT NULL AND register_kind IN ('结婚', '离婚')
    AND registered_on <= last_day() AND (revoked_on IS NULL OR revoked_on > last_day());

-- Without an entry nothing is known: old marriages are in no register.
CREATE TABLE marital AS
SELECT
    entry.person_id,
    CASE
        WHEN entry.register_kind = '离婚' THEN '离婚'
        WHEN death.death_date <= last_day() THEN '丧偶'
        ELSE '已婚'
    END AS status
FROM marriage_entry AS entry
LEFT JOIN death ON death.person_id = entry.other_person_id
WHERE entry.register_kind IN ('结婚', '离婚')
QUALIFY row_number() OVER (
    PARTITION BY entry.person_id
    ORDER BY entry.registered_on DESC, entry.register_kind, entry.other_person_id
) = 1;

CREATE TABLE adoption AS
SELECT person_id, max({day: registered_on, adopted: register_kind = '收养登记'}).adopted AS adopted
FROM marriage_entry
WHERE register_kind IN ('收养登记', '解除收养')
GROUP BY person_id;
