"""Due, and on no list ever: 应发未发."""

from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH decided AS (
    SELECT DISTINCT ON (month) id, month, (assessed_at {DAY} AS assessed_on FROM assessments
    WHERE month >= to_char(CAST(:since AS date), 'YYYY-MM')
      AND (assessed_at {DAY} < CAST(:today AS date) - CAST(:days AS int)
    ORDER BY month, assessed_at DESC
),
waiting AS (
    SELECT d.id, d.programme, d.period, d.subject_kind, d.subject_id, d.amount_fen, a.month,
           a.assessed_on
    FROM decided a JOIN decisions d ON d.assessment_id = a.id
    LEFT JOIN payments p ON p.programme = d.programme AND p.subject_kind = d.subject_kind
     AND p.subject_id = d.subject_id AND p.period = d.period
    WHERE d.outcome = 'due' AND p.id IS NULL
)
SELECT 'decision:' || w.id AS subject, w.amount_fen,
       jsonb_build_object('decision', w.id, 'programme', w.programme, 'period', w.period,
           'month', w.month, 'fen', w.amount_fen, 'assessed_on', w.assessed_on,
           'subject_kind', w.subject_kind, 'subject_id', w.subject_id) AS evidence
FROM waiting w
WHERE w.subject_kind <> 'person' OR NOT EXISTS (
    SELECT FROM persons me
    JOIN persons same ON coalesce(same.merged_into, same.id) = coalesce(me.merged_into, me.id)
    JOIN payments p ON p.programme = w.programme AND p.subject_kind = 'person'
     AND p.subject_id = same.id AND p.period = w.period
    WHERE me.id = w.subject_id AND (me.merged_into IS NOT NULL OR same.merged_into IS NOT NULL))
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="due_never_listed",
    title_en="Due and never listed",
    title_zh="应发未发",
    sentence_en="People who were due by a month's last decision more than thirty days ago and stand on no list.",
    sentence_zh="当月最后一次核定为应发、已逾三十日仍未列入任何清册的对象。",
    answers=(
        Source(
            "Shanzhou: people who were due were missed, and 23 items were paid late.",
            "陕州区：应享受人员被遗漏，23项资金发放滞后。",
            "domain.md 1.5, S-AUDSZ",
        ),
        Source(
            "United Kingdom: beside overpayments 1.46 billion pounds were underpaid.",
            "英国：除多付外，另有14.6亿英镑少付。",
            "security.md 5, PAC",
        ),
    ),
    severity="high",
    says_en="{fen} yuan of {programme} for {period} was decided as due on {assessed_on} and is on no list.",
    says_zh="{programme} {period} 于 {assessed_on} 核定应发 {fen} 元，未列入任何清册。",
    sql=_SQL,
    numbers={"days": 30},
)  # fmt: skip
