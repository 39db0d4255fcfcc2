"""Lines that were paid and never hung on the list's public notice."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH posted AS (
    SELECT batch_id, min(posted_on) AS posted_on FROM notices
    WHERE posted_on >= CAST(:since AS date) AND original_id IS NULL GROUP BY 1
),
hit AS (
    SELECT p.batch_id, count(*) AS lines, sum(p.amount_fen) AS fen,
           (array_agg(p.id ORDER BY p.id))[1:20] AS first
    FROM posted JOIN payments p USING (batch_id)
    WHERE p.state IN ('frozen', 'sent', 'unknown', 'paid')
      AND NOT EXISTS (SELECT FROM notice_lines l WHERE l.payment_id = p.id)
    GROUP BY 1
)
SELECT 'batch:' || b.batch_no AS subject, hit.fen AS amount_fen,
       jsonb_build_object('batch', b.batch_no, 'lines', hit.lines, 'fen', hit.fen,
           'posted_on', posted.posted_on, 'first', to_jsonb(hit.first)) AS evidence
FROM hit JOIN batches b ON b.id = hit.batch_id JOIN posted ON posted.batch_id = b.id
"""

QUERY = StandingQuery(
    code="late_addition",
    title_en="Added after the notice",
    title_zh="公示后新增",
    sentence_en="Lines of a list that went on public notice, which are on none of its notices.",
    sentence_zh="须公示的清册中，未出现在任何一次公示中的明细。",
    answers=(
        Source(
            "Ninghua: nobody saw on a notice who drew how much, from 2004 to 2015.",
            "宁化县：2004至2015年低保金额未公示，他人代领未被发现。",
            "domain.md 1.5, S-NINGHUA",
        ),
        Source(
            "Anomalies that audit models look for: last-minute additions after public notice.",
            "审计模型所查异常：公示后临时增加对象。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="{lines:line|lines} with {fen} yuan of {batch} hung on none of its notices; the first notice "
    "was posted on {posted_on}.",
    says_zh="{batch} 有 {lines} 笔共 {fen} 元未出现在任何公示中；首次公示于 {posted_on}。",
    sql=_SQL,
)  # fmt: skip
