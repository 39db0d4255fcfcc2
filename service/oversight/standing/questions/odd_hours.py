"""Files handed over, and lists approved or signed, at night."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH acts AS (
    SELECT 'file:' || f.id AS subject, 'sent' AS act, b.batch_no, f.amount_fen, f.sent_at AS at,
           '[]'::jsonb AS officers
    FROM bank_files f JOIN batches b ON b.id = f.batch_id WHERE f.sent_at >= CAST(:since AS date)
    UNION ALL
    SELECT 'act:' || b.batch_no || ':' || a.round || ':' || a.officer_id, a.act, b.batch_no,
           coalesce(b.frozen_fen, 0), a.at, jsonb_build_array(a.officer_id)
    FROM batch_acts a JOIN batches b ON b.id = a.batch_id
    WHERE a.at >= CAST(:since AS date) AND a.act IN ('approved', 'signed')
)
SELECT subject, amount_fen,
       jsonb_build_object('batch', batch_no, 'act', act, 'officers', officers, 'fen', amount_fen,
           'hour', to_char(at AT TIME ZONE INTERVAL '8 hours', 'YYYY-MM-DD HH24 MI')) AS evidence
FROM acts
WHERE extract(hour FROM at AT TIME ZONE INTERVAL '8 hours') >= :night
   OR extract(hour FROM at AT TIME ZONE INTERVAL '8 hours') < :morning
"""

QUERY = StandingQuery(
    code="odd_hours",
    title_en="Approved, signed or sent at night",
    title_zh="夜间复核、签发或发送",
    sentence_en="Lists approved or signed, and files handed to banks, between ten in the evening and six in the "
    "morning.",
    sentence_zh="晚十点至早六点之间复核、签发清册或向银行发送文件。",
    answers=(
        Source(
            "Bangladesh Bank 2016: 951 million dollars were ordered over a night and a weekend.",
            "孟加拉国央行2016年：利用夜间和周末发出9.51亿美元指令。",
            "security.md 3",
        ),
    ),
    severity="medium",
    says_en="{batch} ({fen} yuan): {act} at {hour} by the county's clocks.",
    says_zh="{batch}（{fen} 元）于 {hour} 办理：{act}。",
    sql=_SQL,
    numbers={"night": 22, "morning": 6},
)  # fmt: skip
