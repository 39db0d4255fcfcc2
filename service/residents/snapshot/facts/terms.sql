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

-- The same for a number: none where the feed was delivered and has no record.
CREATE MACRO counted(feed, record_of, number) AS CASE
    WHEN record_of IS NOT NULL THEN number
    WHEN list_contains(getvariable('delivered'), feed) THEN 0
END;

CREATE MACRO months_of(day) AS year(day) * 12 + month(day);

-- Whole months from one day to another, both counted; by calendar integers.
CREATE MACRO full_months(since, until) AS greatest(
    0, months_of(until + 1) - months_of(since) - if(day(until + 1) < day(since), 1, 0)
);

-- Whole years from one day to another.
CREATE MACRO full_years(since, until) AS
    ((year(until) * 10000 + month(until) * 100 + day(until))
        - (year(since) * 10000 + month(since) * 100 + day(since))) // 10000;

-- A registered right that stood on the last day of the month.
CREATE MACRO standing(status, registered_on, ended_on) AS
    coalesce(status, '') <> '历史' AND registered_on <= last_day()
    AND (ended_on IS NULL OR ended_on > last_day());

-- Happened by the last day of the month; a record without the day says that it has not.
CREATE MACRO happened(day) AS coalesce(day <= last_day(), FALSE);

CREATE MACRO pupil_in_school(status, since, until) AS status = '在读' AND in_force(since, until);
