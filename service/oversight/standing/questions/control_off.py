"""Controls that were switched off, and what was paid meanwhile."""

from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH switched AS (
    SELECT s.id, s.control, s.programme, s.from_month, s.to_month, s.asked_by, s.confirmed_by,
           (s.confirmed_at {DAY} AS off_since
    FROM control_switches s
    WHERE s.confirmed_at IS NOT NULL AND s.to_month >= to_char(CAST(:since AS date), 'YYYY-MM')
),
under AS (
    SELECT s.id, b.id AS batch_id, b.batch_no FROM switched s
    JOIN batches b ON b.month BETWEEN s.from_month AND s.to_month
     AND (s.programme = '' OR s.programme = b.programme)
     AND b.controls_off @> jsonb_build_array(jsonb_build_object('control', s.control))
),
paid AS (
    SELECT u.id, count(*) AS lines, coalesce(sum(p.amount_fen), 0) AS fen,
           string_agg(DISTINCT u.batch_no, ', ') AS batches
    FROM under u JOIN payments p ON p.batch_id = u.batch_id
    WHERE p.state IN ('frozen', 'sent', 'unknown', 'paid')
    GROUP BY 1
)
SELECT 'switch:' || s.id AS subject, coalesce(paid.fen, 0) AS amount_fen,
       jsonb_build_object('control', s.control, 'programme', s.programme, 'from', s.from_month,
           'to', s.to_month, 'off_since', s.off_since, 'lines', coalesce(paid.lines, 0),
           'fen', coalesce(paid.fen, 0), 'batches', left(coalesce(paid.batches, ''), 500),
           'officers', jsonb_build_array(s.asked_by, s.confirmed_by)) AS evidence
FROM switched s LEFT JOIN paid USING (id)
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="control_off",
    title_en="Control switched off",
    title_zh="关闭筛查控制期间发放",
    sentence_en="Every control that two officers switched off in the last twelve months, with what was paid "
    "on lists that were screened without it.",
    sentence_zh="近十二个月经两人关闭的筛查控制，以及关闭期间未经该项筛查即发放的金额。",
    answers=(
        Source(
            "United States 2020: about 1.1 million payments, 1.4 billion dollars, went to the dead, "
            "because a control in place since 2013 was bypassed to pay fast.",
            "美国2020年：为加快发放绕过2013年起已有的控制，向死者发放约110万笔14亿美元。",
            "security.md 5, GAO",
        ),
        Source(
            "United Kingdom: overpayments rose from 4.7 to 7.6 per cent after controls were eased.",
            "英国：放松控制后多付比例由4.7%升至7.6%。",
            "security.md 5, PAC",
        ),
    ),
    severity="high",
    says_en="“{control}” was off from {from} to {to}, since {off_since}; {lines:line|lines} with {fen} yuan "
    "went out on lists screened without it: {batches}",
    says_zh="“{control}”于 {from} 至 {to} 关闭（自 {off_since}）；未经该项筛查的清册共 {lines} 笔 {fen} 元：{batches}",
    sql=_SQL,
)  # fmt: skip
