"""Reverse screening: who should be on a list and is not (situation 72 of the domain, row 37 of ours).

Everybody due by decision stands on one list of the period, under one number; everybody paid last
month has a line, or a decision that says why not.

Who has a line under another number is found once for the whole list, not asked again for each
decision: a county has thousands of merged numbers and a list tens of thousands of decisions.
"""

_HUMANS = """
    SELECT id AS person_id, merged_into AS human_id FROM persons WHERE merged_into IS NOT NULL
    UNION
    SELECT merged_into, merged_into FROM persons WHERE merged_into IS NOT NULL
"""

DUE_NOT_LISTED = f"""
WITH humans AS MATERIALIZED ({_HUMANS}),
open AS MATERIALIZED (
    SELECT d.id, d.subject_kind, d.subject_id, d.period, d.amount_fen
    FROM decisions d
    LEFT JOIN payments p ON p.programme = d.programme AND p.subject_kind = d.subject_kind
     AND p.subject_id = d.subject_id AND p.period = d.period
    WHERE d.assessment_id = :assessment AND d.programme = :programme AND d.outcome = 'due'
      AND p.id IS NULL
      AND starts_with(coalesce(d.division, ''), (SELECT division FROM batches WHERE id = :batch))
),
listed_as AS MATERIALIZED (
    SELECT DISTINCT me.person_id, p.period
    FROM humans me
    JOIN humans same ON same.human_id = me.human_id
    JOIN payments p ON p.programme = :programme AND p.subject_kind = 'person'
     AND p.subject_id = same.person_id
),
missing AS (
    SELECT open.id, open.amount_fen FROM open
    LEFT JOIN listed_as l ON open.subject_kind = 'person' AND l.person_id = open.subject_id
     AND l.period = open.period
    WHERE l.person_id IS NULL
)
SELECT count(*) AS lines, coalesce(sum(amount_fen), 0) AS amount_fen,
       jsonb_build_object('decisions', (
           SELECT jsonb_agg(id) FROM (SELECT id FROM missing ORDER BY id LIMIT 20) first)) AS evidence
FROM missing
"""  # noqa: S608 - constants of this module

PAID_BEFORE_UNSAID = f"""
WITH humans AS ({_HUMANS}),
before AS (
    SELECT p.id, p.subject_kind, coalesce(h.human_id, p.subject_id) AS subject_id, p.amount_fen
    FROM payments p LEFT JOIN humans h ON p.subject_kind = 'person' AND h.person_id = p.subject_id
    WHERE p.programme = :programme AND p.period = :last AND p.line_type = 'regular'
      AND p.state IN ('sent', 'unknown', 'paid')
),
now AS (
    SELECT p.subject_kind, coalesce(h.human_id, p.subject_id) AS subject_id
    FROM payments p LEFT JOIN humans h ON p.subject_kind = 'person' AND h.person_id = p.subject_id
    WHERE p.programme = :programme AND p.period = :month
    UNION ALL
    SELECT d.subject_kind, coalesce(h.human_id, d.subject_id)
    FROM decisions d LEFT JOIN humans h ON d.subject_kind = 'person' AND h.person_id = d.subject_id
    WHERE d.assessment_id = :assessment AND d.programme = :programme
),
unsaid AS (
    SELECT b.id, b.amount_fen FROM before b
    LEFT JOIN now USING (subject_kind, subject_id)
    WHERE now.subject_id IS NULL
)
SELECT count(*) AS lines, coalesce(sum(amount_fen), 0) AS amount_fen,
       jsonb_build_object('lines', (
           SELECT jsonb_agg(id) FROM (SELECT id FROM unsaid ORDER BY id LIMIT 20) first)) AS evidence
FROM unsaid
"""  # noqa: S608 - constants of this module
