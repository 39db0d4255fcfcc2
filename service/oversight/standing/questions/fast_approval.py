"""Approvals in less time than anybody needs to look."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH walked AS (
    SELECT a.batch_id, a.round, a.officer_id, a.act, a.at,
           greatest(lag(a.at) OVER (PARTITION BY a.officer_id ORDER BY a.at, a.batch_id),
                    lag(a.at) OVER (PARTITION BY a.batch_id ORDER BY a.at, a.officer_id)) AS before
    FROM batch_acts a WHERE a.at >= CAST(:since AS date)
)
SELECT 'act:' || b.batch_no || ':' || w.round || ':' || w.officer_id AS subject,
       coalesce(b.frozen_fen, 0) AS amount_fen,
       jsonb_build_object('batch', b.batch_no, 'officers', jsonb_build_array(w.officer_id),
           'act', w.act, 'at', w.at, 'lines', b.frozen_count, 'fen', b.frozen_fen,
           'seconds', floor(extract(epoch FROM w.at - w.before))::int) AS evidence
FROM walked w JOIN batches b ON b.id = w.batch_id
WHERE w.act IN ('approved', 'signed') AND b.frozen_count >= :lines
  AND w.at - w.before < make_interval(secs => CAST(:seconds AS int))
"""

QUERY = StandingQuery(
    code="fast_approval",
    title_en="Approved faster than anybody can look",
    title_zh="复核、签发耗时异常短",
    sentence_en="Lists of twenty lines and more that an officer approved or signed within a minute after the "
    "list's step before, or after his own last one.",
    sentence_zh="二十笔以上的清册，自上一环节或本人上一次操作起一分钟内即复核或签发。",
    answers=(
        Source(
            "United States 2020: to pay fast, a control was gone around.",
            "美国2020年：为加快发放绕过控制。",
            "security.md 5, GAO",
        ),
    ),
    severity="low",
    says_en="{batch} with {lines:line|lines} and {fen} yuan was {act} {seconds:second|seconds} after the step before.",
    says_zh="{batch}（{lines} 笔 {fen} 元）在上一环节 {seconds} 秒后即办理（{act}）。",
    sql=_SQL,
    numbers={"lines": 20, "seconds": 60},
)  # fmt: skip
