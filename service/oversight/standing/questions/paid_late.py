"""Lists whose money came long after its month, or has not come yet."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH listed AS (
    SELECT b.id, b.batch_no, b.programme, b.month,
           (to_date(b.month, 'YYYY-MM') + interval '1 month')::date - 1 + CAST(:days AS int) AS latest
    FROM batches b
    WHERE b.kind = 'regular' AND b.month >= to_char(CAST(:since AS date), 'YYYY-MM')
),
late AS (
    SELECT l.id, count(*) FILTER (WHERE p.state = 'paid') AS paid_late,
           count(*) FILTER (WHERE p.state <> 'paid') AS waiting, sum(p.amount_fen) AS fen,
           max(p.settled_on) AS last_on
    FROM listed l JOIN payments p ON p.batch_id = l.id
    WHERE l.latest < :today
      AND (p.state = 'paid' AND p.settled_on > l.latest
        OR p.state IN ('ready', 'frozen', 'sent', 'unknown'))
    GROUP BY 1
)
SELECT 'batch:' || l.batch_no AS subject, late.fen AS amount_fen,
       jsonb_build_object('batch', l.batch_no, 'programme', l.programme, 'month', l.month,
           'latest', l.latest, 'paid_late', late.paid_late, 'waiting', late.waiting,
           'fen', late.fen, 'last_on', late.last_on) AS evidence
FROM late JOIN listed l USING (id)
"""

QUERY = StandingQuery(
    code="paid_late",
    title_en="Paid late, or not yet",
    title_zh="发放滞后",
    sentence_en="Regular lists with lines that were paid more than thirty days after the end of their month, or "
    "that wait longer than that.",
    sentence_zh="当月结束逾三十日才发放、或至今仍未发放的常规清册明细。",
    answers=(
        Source(
            "Shanzhou: 23 items were paid late.",
            "陕州区：23项资金发放滞后。",
            "domain.md 1.5, S-AUDSZ",
        ),
    ),
    severity="low",
    says_en="{batch}: {paid_late:line|lines} paid after {latest}, the last on {last_on}; still waiting: "
    "{waiting}; {fen} yuan together.",
    says_zh="{batch}：{paid_late} 笔在 {latest} 之后发放（最近 {last_on}），{waiting} 笔仍未发放，共 {fen} 元。",
    sql=_SQL,
    numbers={"days": 30},
)  # fmt: skip
