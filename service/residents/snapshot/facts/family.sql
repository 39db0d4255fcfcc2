-- Births: what the birth register adds to the family planning office's records.

CREATE TABLE parenthood AS
SELECT person_id, max(birth) AS last_birth
FROM (
    SELECT mother_person_id AS person_id, birth FROM wj_birth
    UNION ALL
    SELECT father_person_id, birth FROM wj_birth
) AS born
WHERE person_id IS NOT NULL
GROUP BY person_id;

CREATE TABLE birth_entry AS
SELECT person_id, max(birth_order) AS birth_order, max(mother_person_id) AS mother_person_id
FROM wj_birth
GROUP BY person_id;

-- Maternity benefit of a mother, whenever it began.
CREATE TABLE maternity AS
SELECT DISTINCT person_id FROM rs_ins WHERE benefit = '生育津贴' AND from_date <= last_day();
