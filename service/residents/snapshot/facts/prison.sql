-- Imprisonment: the term that touches the month, else the newest one begun by its last day.
-- Suspended, on parole or temporarily outside is not in prison.

CREATE TABLE prison AS
SELECT person_id, from_date, to_date
FROM sf_prison
WHERE from_date <= last_day() AND (execution IS NULL OR execution = '监禁')
QUALIFY row_number() OVER (
    PARTITION BY person_id
    ORDER BY to_date IS NULL OR to_date >= first_day() DESC, from_date DESC, to_date DESC NULLS FIRST
) = 1;
