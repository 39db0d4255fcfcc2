"""Who is paid: whether the person lives, is one human being, and carries a number of his own."""

# Payee and subject are asked one after the other: a join on either of the two columns compares every
# line with every death.
REPORTED_DEAD = """
SELECT b.id, d.evidence FROM building b JOIN deaths d ON d.person_id = b.payee_canonical_id
WHERE d.sources = 1
UNION ALL
SELECT b.id, d.evidence FROM building b JOIN deaths d ON d.person_id = b.subject_person_id
WHERE d.sources = 1
"""
# What goes to an heir, or is paid to the family because somebody died, waits for nobody's life.
DEAD = """
SELECT b.id, d.evidence FROM building b JOIN deaths d ON d.person_id = b.payee_canonical_id
WHERE d.sources > 1
UNION ALL
SELECT b.id, d.evidence FROM building b JOIN deaths d ON d.person_id = b.subject_person_id
WHERE d.sources > 1 AND b.line_type <> 'estate' AND NOT EXISTS (
    SELECT FROM decisions x WHERE x.id = b.decision_id AND x.programme = ANY(:for_the_family))
"""
# A line of the same human being under another number, that is or may yet be paid. The few lines of
# people with several numbers come first: joined the other way round, by period and type alone,
# every line would meet every line.
TWICE = """
WITH humans AS MATERIALIZED (
    SELECT id AS person_id, merged_into AS human_id FROM persons WHERE merged_into IS NOT NULL
    UNION
    SELECT merged_into, merged_into FROM persons WHERE merged_into IS NOT NULL
),
several AS MATERIALIZED (
    SELECT b.id, b.period, b.line_type, d.programme, me.human_id, same.person_id
    FROM building b
    JOIN humans me ON me.person_id = b.subject_id
    JOIN humans same ON same.human_id = me.human_id AND same.person_id <> b.subject_id
    JOIN decisions d ON d.id = b.decision_id
    WHERE b.subject_kind = 'person'
)
SELECT s.id, jsonb_build_object('line', p.id, 'person', s.human_id) AS evidence
FROM several s
JOIN payments p ON p.programme = s.programme AND p.subject_kind = 'person'
 AND p.subject_id = s.person_id AND p.period = s.period AND p.line_type = s.line_type
WHERE p.state <> 'reissued' AND (p.state <> 'held' OR p.id < s.id)
"""
DISPUTED = """
WITH disputed AS (
    SELECT coalesce(p.merged_into, p.id) AS person_id, i.id AS dispute
    FROM identity_disputes i JOIN persons p ON p.id = i.person_id WHERE i.resolved_at IS NULL
)
SELECT b.id, jsonb_build_object('dispute', d.dispute) AS evidence
FROM building b JOIN disputed d ON d.person_id = b.payee_canonical_id
UNION ALL
SELECT b.id, jsonb_build_object('dispute', d.dispute)
FROM building b JOIN disputed d ON d.person_id = b.subject_person_id
"""
