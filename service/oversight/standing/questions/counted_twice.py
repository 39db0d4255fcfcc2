"""A person of two households, or a land title of two contractors, both paid for one period."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH lines AS (
    SELECT id, programme, period, subject_kind, subject_id, amount_fen FROM payments
    WHERE state = 'paid' AND settled_on >= :since AND line_type = 'regular'
      AND subject_kind IN ('household', 'land')
),
thing AS (
    SELECT l.id, l.programme, l.period, l.subject_id, l.amount_fen, 'person' AS what,
           coalesce(p.merged_into, p.id)::text AS ref
    FROM lines l
    JOIN feed_records r ON r.household_id = l.subject_id AND r.feed = 'MZ_SA' AND r.known_to IS NULL
    JOIN persons p ON p.id = r.person_id
    WHERE l.subject_kind = 'household'
      AND left(coalesce(r.data->>'approved_date', ''), length(l.period)) <= l.period
      AND left(coalesce(r.data->>'stopped_on', '9999'), length(l.period)) >= l.period
    UNION
    SELECT l.id, l.programme, l.period, l.subject_id, l.amount_fen, 'title',
           r.data->>'certificate_no'
    FROM lines l
    JOIN feed_records r ON r.household_id = l.subject_id AND r.feed = 'NY_LAND'
     AND r.known_to IS NULL
    WHERE l.subject_kind = 'land' AND coalesce(r.data->>'certificate_no', '') <> ''
),
twice AS (
    SELECT programme, period, what, ref, max(id) AS line, count(DISTINCT subject_id) AS recipients,
           sum(amount_fen) AS fen, (jsonb_agg(DISTINCT id)) AS ids
    FROM thing GROUP BY 1, 2, 3, 4 HAVING count(DISTINCT subject_id) > 1
)
SELECT DISTINCT ON (line) 'payment:' || line AS subject, fen AS amount_fen,
       jsonb_build_object('line', line, 'first', ids, 'programme', programme, 'period', period,
           'what', what, 'recipients', recipients, 'fen', fen,
           'person', CASE WHEN what = 'person' THEN ref END) AS evidence
FROM twice ORDER BY line, what, ref
"""

QUERY = StandingQuery(
    code="counted_twice",
    title_en="Person or plot counted twice",
    title_zh="人员或地块重复计入",
    sentence_en="Somebody who belongs to two households, or a land title with two contractors, all of which "
    "were paid by one programme for one period.",
    sentence_zh="同一人属于两个家庭，或同一土地权证对应两个承包方，且同一项目、期间均已发放。",
    answers=(
        Source(
            "Hanshou 2017: cadres' families drew for a collective's land under separate accounts.",
            "汉寿县2017年：村干部家属以单独户头重复申报集体土地。",
            "security.md 5",
        ),
        Source(
            "Fuyang, Hangzhou: a village accountant claimed areas that were others'.",
            "杭州富阳：村会计虚报种粮面积。",
            "domain.md 1.5, S-FUYANG",
        ),
    ),
    severity="high",
    says_en="One {what} counts for {recipients:recipient|recipients} of {programme} for {period}; they were paid "
    "{fen} yuan together.",
    says_zh="同一{what}计入 {programme} {period} 的 {recipients} 个对象，合计发放 {fen} 元。",
    sql=_SQL,
)  # fmt: skip
