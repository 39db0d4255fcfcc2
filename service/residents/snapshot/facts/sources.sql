-- What comes with the records: deliveries, disputed identities, and what people who looked say.

CREATE TABLE delivery AS
SELECT f0 AS feed, delivery_id, CAST(f1 AS BIGINT) AS received_at, CAST(f2 AS DATE) AS as_of, f3 AS mode
FROM record
WHERE feed = 'deliveries';

CREATE TABLE dispute AS
SELECT DISTINCT person_id FROM record WHERE feed = 'disputes';

-- What counts for a time instead of a department's word, in the months that it is lent for.
CREATE TABLE lent AS
SELECT person_id, household_id, f0 AS column_name, f1 AS kind, f2 AS value
FROM record
WHERE
    feed = 'lent' AND CAST(f3 AS DATE) <= last_day()
    AND CAST(f4 AS DATE) >= CAST(getvariable('first_day') AS DATE);

-- Of several answers about a person the last one counts.
CREATE TABLE confirmation AS
SELECT person_id, f0 AS answer, CAST(f1 AS DATE) AS stated_on
FROM record
WHERE feed = 'confirmations'
QUALIFY row_number() OVER (PARTITION BY person_id ORDER BY CAST(f2 AS BIGINT) DESC, f0, f1) = 1;
