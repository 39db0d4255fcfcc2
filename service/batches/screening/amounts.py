"""Amounts: a regular line is what the rule gave, less what is kept for a recovery, and nothing else.

``gross_fen`` is the line before anything was kept in this run; a line that is looked at again has
its offsets written down beside it, and of a line paid in part what was due in full counts.
"""

CODE = "amount_not_rule"

AMOUNT_NOT_RULE = """
WITH kept AS (
    SELECT o.payment_id AS id, sum(o.offset_fen) AS kept_fen
    FROM recovery_offsets o JOIN building b ON b.id = o.payment_id GROUP BY 1
)
SELECT b.id, jsonb_build_object('decision', d.id, 'line_fen', coalesce(cut.entitled_fen, b.gross_fen) + coalesce(kept.kept_fen, 0),
           'rule_fen', d.amount_fen) AS evidence
FROM building b JOIN decisions d ON d.id = b.decision_id LEFT JOIN kept ON kept.id = b.id
LEFT JOIN payments cut ON cut.id = b.id AND cut.entitled_fen IS NOT NULL
WHERE b.line_type = 'regular' AND b.replaces_id IS NULL
  AND (d.outcome <> 'due' OR coalesce(cut.entitled_fen, b.gross_fen) + coalesce(kept.kept_fen, 0) <> d.amount_fen)
"""
