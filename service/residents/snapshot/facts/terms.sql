-- The words that the other files share. Variables: county, first_day, last_day, delivered.

CREATE MACRO in_county(division) AS starts_with(division, getvariable('county'));

CREATE MACRO first_day() AS CAST(getvariable('first_day') AS DATE);

CREATE MACRO last_day() AS CAST(getvariable('last_day') AS DATE);

-- In force on the last day of the month; a term without an end is still running.
CREATE MACRO in_force(since, until) AS since <= last_day() AND (until IS NULL OR until >= last_day());

-- What a feed says of someone: its own word where it has a record (which may be "unknown"), no
-- where it was delivered and has none, unknown where it was never delivered at all.
CREATE MACRO told(feed, record_of, word) AS CASE
    WHEN record_of IS NOT NULL THEN word
    WHEN list_contains(getvariable('delivered'), feed) THEN FALSE
END;
