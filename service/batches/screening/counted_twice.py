"""Plots and people counted twice: one thing that brings money to two recipients of one programme.

A child or adult who is a member of two households on the list, and a plot whose title stands with
two contractors on the list. Lines of other lists of the same period count too.
"""

CODE = "counted_twice"

COUNTED_TWICE = """
WITH programme AS (
    SELECT d.programme FROM building b JOIN decisions d ON d.id = b.decision_id LIMIT 1
),
listed AS (
    SELECT DISTINCT b.subject_kind, b.subject_id, b.period FROM building b
    WHERE b.subject_kind IN ('household', 'land')
    UNION
    SELECT p.subject_kind, p.subject_id, p.period
    FROM payments p
    JOIN programme ON programme.programme = p.programme
    JOIN (SELECT DISTINCT period FROM building WHERE subject_kind IN ('household', 'land')) now
      ON now.period = p.period
    WHERE p.subject_kind IN ('household', 'land')
),
thing AS (
    SELECT DISTINCT l.subject_kind, l.subject_id, l.period, 'person' AS what,
           coalesce(person.merged_into, person.id)::text AS ref
    FROM listed l
    JOIN feed_records r ON r.household_id = l.subject_id AND r.known_to IS NULL AND r.feed = 'MZ_SA'
    JOIN persons person ON person.id = r.person_id
    WHERE l.subject_kind = 'household' AND r.data->>'status' = '在保'
    UNION
    SELECT DISTINCT l.subject_kind, l.subject_id, l.period, 'plot', r.data->>'certificate_no'
    FROM listed l
    JOIN feed_records r ON r.household_id = l.subject_id AND r.known_to IS NULL AND r.feed = 'NY_LAND'
    WHERE l.subject_kind = 'land' AND r.data->>'certificate_no' IS NOT NULL
),
twice AS (
    SELECT what, ref, period, count(*) AS recipients
    FROM thing GROUP BY what, ref, period HAVING count(*) > 1
)
SELECT DISTINCT ON (b.id) b.id,
       jsonb_build_object('what', twice.what, 'ref',
           CASE WHEN twice.what = 'person' THEN twice.ref END, 'recipients', twice.recipients)
           AS evidence
FROM building b
JOIN thing USING (subject_kind, subject_id, period)
JOIN twice USING (what, ref, period)
ORDER BY b.id, twice.what, twice.ref
"""
