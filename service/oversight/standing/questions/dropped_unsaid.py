"""Paid last month, not on this month's list, and nobody decided anything."""

from service.oversight.standing.facts import DIED
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH {DIED},
latest AS (
    SELECT programme, max(month) AS month FROM batches
    WHERE kind = 'regular' AND division = '' AND state IN ('signed', 'sent', 'answered')
      AND month >= to_char(CAST(:since AS date), 'YYYY-MM')
    GROUP BY 1
),
span AS (
    SELECT programme, month, to_char(to_date(month, 'YYYY-MM') - interval '1 month', 'YYYY-MM') AS last
    FROM latest
),
before AS (
    SELECT p.id, p.programme, s.month, p.period, p.subject_kind, p.subject_id, p.amount_fen,
           coalesce(h.merged_into, p.subject_id) AS human_id
    FROM span s JOIN payments p ON p.programme = s.programme AND p.period = s.last
    LEFT JOIN persons h ON p.subject_kind = 'person' AND h.id = p.subject_id
    WHERE p.state = 'paid' AND p.line_type = 'regular'
),
now AS (
    SELECT p.programme, p.subject_kind, coalesce(h.merged_into, p.subject_id) AS human_id
    FROM span s JOIN payments p ON p.programme = s.programme AND p.period = s.month
    LEFT JOIN persons h ON p.subject_kind = 'person' AND h.id = p.subject_id
    UNION
    SELECT d.programme, d.subject_kind, coalesce(h.merged_into, d.subject_id)
    FROM span s JOIN assessments a ON a.month = s.month
    JOIN decisions d ON d.assessment_id = a.id AND d.programme = s.programme
    LEFT JOIN persons h ON d.subject_kind = 'person' AND h.id = d.subject_id
)
SELECT 'payment:' || b.id AS subject, b.amount_fen,
       jsonb_build_object('line', b.id, 'programme', b.programme, 'period', b.period,
           'month', b.month, 'fen', b.amount_fen) AS evidence
FROM before b
LEFT JOIN now ON now.programme = b.programme AND now.subject_kind = b.subject_kind
 AND now.human_id = b.human_id
LEFT JOIN dead ON b.subject_kind = 'person' AND dead.human_id = b.human_id
WHERE now.human_id IS NULL AND dead.human_id IS NULL
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="dropped_unsaid",
    title_en="Dropped since last month without a decision",
    title_zh="上月已发本月无故消失",
    sentence_en="Recipients paid the month before who are on no list of the last month that was paid, of whom no "
    "decision says why, and who have not died.",
    sentence_zh="上月已发放、最近一期清册中消失、无核定结论说明原因且未死亡的对象。",
    answers=(
        Source(
            "Shanzhou: people who were due were missed.",
            "陕州区：应享受人员被遗漏。",
            "domain.md 1.5, S-AUDSZ",
        ),
    ),
    severity="medium",
    says_en="{fen} yuan of {programme} was paid for {period}; for {month} there is neither a line nor a "
    "decision.",
    says_zh="{programme} {period} 发放 {fen} 元；{month} 既无明细也无核定结论。",
    sql=_SQL,
)  # fmt: skip
