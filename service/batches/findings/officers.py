"""Officers and their declared relatives on a list: paid as anybody, but seen (situations 39 and 71)."""

OFFICER_OR_RELATIVE = """
WITH declared AS (
    SELECT i.officer_id, coalesce(p.merged_into, p.id) AS human_id
    FROM officer_interests i
    JOIN officers o ON o.id = i.officer_id AND o.active
    JOIN persons p ON p.id = i.person_id
    WHERE i.ended_at IS NULL
),
ids AS (
    SELECT officer_id, human_id AS person_id FROM declared
    UNION
    SELECT d.officer_id, p.id FROM declared d JOIN persons p ON p.merged_into = d.human_id
),
hit AS (
    SELECT p.id, p.amount_fen, ids.officer_id FROM payments p
    JOIN ids ON ids.person_id = p.payee_person_id
    WHERE p.batch_id = :batch
    UNION
    SELECT p.id, p.amount_fen, ids.officer_id FROM payments p
    JOIN ids ON ids.person_id = p.subject_id
    WHERE p.batch_id = :batch AND p.subject_kind = 'person'
)
SELECT count(DISTINCT id) AS lines,
       (SELECT coalesce(sum(amount_fen), 0) FROM (SELECT DISTINCT id, amount_fen FROM hit) lines)
           AS amount_fen,
       jsonb_build_object('officers', jsonb_agg(DISTINCT officer_id), 'lines', (
           SELECT jsonb_agg(id) FROM (SELECT DISTINCT id FROM hit ORDER BY id LIMIT 20) first))
           AS evidence
FROM hit
"""
