"""A village that grew unlike its own past and unlike its neighbours."""

from service.oversight.standing.query import Source, StandingQuery

# Median and median deviation do not follow one odd month, as mean and standard deviation do. A
# modified score above 3.5 is odd (Iglewicz and Hoaglin, 1993): 0.6745 * (x - median) / MAD > 3.5.
_SQL = """
WITH counted AS (
    SELECT p.programme, p.division, b.month, count(*) AS lines, sum(p.amount_fen) AS fen
    FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE p.state = 'paid' AND p.division IS NOT NULL AND p.line_type = 'regular'
      AND b.kind IN ('regular', 'supplementary') AND b.month >= to_char(CAST(:since AS date), 'YYYY-MM')
    GROUP BY 1, 2, 3
),
placed AS (
    SELECT c.*, rank() OVER (PARTITION BY programme, division ORDER BY month DESC) AS back
    FROM counted c
),
latest AS (SELECT programme, max(month) AS month FROM counted GROUP BY 1),
centre AS (
    SELECT programme, division, count(*) AS months,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY lines) AS median
    FROM placed JOIN latest USING (programme)
    WHERE placed.month < latest.month GROUP BY 1, 2
),
spread AS (
    SELECT p.programme, p.division,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY abs(p.lines - c.median)) AS mad
    FROM placed p JOIN latest USING (programme) JOIN centre c USING (programme, division)
    WHERE p.month < latest.month GROUP BY 1, 2
),
now AS (
    SELECT p.*, c.median, greatest(s.mad, 1) AS mad, c.months
    FROM placed p JOIN latest USING (programme, month)
    JOIN centre c USING (programme, division) JOIN spread s USING (programme, division)
),
neighbours AS (
    SELECT programme, left(division, 9) AS township, count(*) AS villages,
           percentile_disc(0.5) WITHIN GROUP (ORDER BY lines * 1000 / median) AS growth
    FROM now GROUP BY 1, 2
)
SELECT 'village:' || now.division || ':' || now.programme || ':' || now.month AS subject,
       now.fen AS amount_fen,
       jsonb_build_object('village', now.division, 'programme', now.programme, 'month', now.month,
           'now', now.lines, 'usual', now.median, 'deviation', now.mad, 'months', now.months,
           'fen', now.fen, 'neighbours_permille', n.growth) AS evidence
FROM now JOIN neighbours n ON n.programme = now.programme AND n.township = left(now.division, 9)
WHERE now.months > 1 AND now.lines >= now.median + :at_least
  AND 6745 * (now.lines - now.median) > 35000 * now.mad
  AND now.lines * 1000 / now.median >= n.growth * 5 / 4
"""

QUERY = StandingQuery(
    code="village_outlier",
    title_en="Village out of line",
    title_zh="村级人数异常",
    sentence_en="Villages whose paid lines lie further above the median of their own months than 3.5 times "
    "their usual (median) deviation allows, and grew a quarter more than the village in the middle of "
    "their township.",
    sentence_zh="已发放笔数超过本村以往各月中位数，且偏离程度超过惯常偏差（中位绝对偏差）的3.5倍标准，增幅又比本乡镇居中的村高四分之一以上的村。",
    answers=(
        Source(
            "Audit Office 2016: 55.73 million yuan was claimed falsely in 40 counties.",
            "审计署2016年：40个县虚报冒领5573万元。",
            "domain.md 1.5, S-AUDNAT",
        ),
        Source(
            "Hanshou 2017: families of cadres were added to one village's list.",
            "汉寿县2017年：村干部家属被加入本村名单。",
            "security.md 5",
        ),
    ),
    severity="medium",
    says_en="{village} had {now} paid lines of {programme} in {month}; its usual number over {months} "
    "months is {usual}, give or take {deviation}. Its neighbours stood at {neighbours_permille} per "
    "thousand of theirs.",
    says_zh="{village} 在 {month} 有 {now} 笔 {programme}；此前 {months} 个月的中位数为 {usual}，惯常偏差 {deviation}。"
    "本乡镇居中的村为其惯常数的 {neighbours_permille}‰。",
    sql=_SQL,
    numbers={"at_least": 5},
)  # fmt: skip
