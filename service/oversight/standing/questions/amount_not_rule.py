"""Paid lines whose amount, recipient or period is not what the decision they name says."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH kept AS (SELECT payment_id AS id, sum(offset_fen) AS fen FROM recovery_offsets GROUP BY 1)
SELECT 'payment:' || p.id AS subject, p.amount_fen,
       jsonb_build_object('line', p.id, 'programme', p.programme, 'period', p.period,
           'fen', p.amount_fen, 'line_fen', coalesce(p.entitled_fen, p.amount_fen) + coalesce(k.fen, 0),
           'rule_fen', d.amount_fen, 'outcome', d.outcome, 'decision', d.id, 'paid_on', p.settled_on)
           AS evidence
FROM payments p JOIN decisions d ON d.id = p.decision_id LEFT JOIN kept k ON k.id = p.id
WHERE p.state = 'paid' AND p.settled_on >= :since AND p.line_type = 'regular'
  AND p.replaces_id IS NULL
  AND (d.outcome <> 'due' OR d.programme <> p.programme OR d.period <> p.period
    OR d.subject_kind <> p.subject_kind OR d.subject_id <> p.subject_id
    OR coalesce(p.entitled_fen, p.amount_fen) + coalesce(k.fen, 0) <> d.amount_fen)
"""

QUERY = StandingQuery(
    code="amount_not_rule",
    title_en="Amount is not what the rule gave",
    title_zh="发放金额与核定不一致",
    sentence_en="Paid regular lines whose amount, with what was kept for a recovery, is not their decision's, "
    "or whose decision is about somebody or something else.",
    sentence_zh="已发放的常规明细，其金额（加回抵扣追缴部分）与核定金额不一致，或所依据的核定并非同一对象、项目、期间。",
    answers=(
        Source(
            "Changzhou 2016: of 630,000 yuan of compensation for land, more than 500,000 proved false.",
            "常州市2016年：63万元土地补偿中逾50万元不实。",
            "security.md 5",
        ),
        Source(
            "Anomalies that audit models look for: an amount above the rule's result.",
            "审计模型所查异常：金额高于按规则计算的结果。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="{line_fen} yuan of {programme} for {period} was paid on {paid_on}; its decision "
    "({outcome}) says {rule_fen}.",
    says_zh="{programme} {period} 于 {paid_on} 发放 {line_fen} 元；所依据的核定（{outcome}）为 {rule_fen} 元。",
    sql=_SQL,
)  # fmt: skip
