"""Always the same two: a maker whose lists one reviewer alone approves, although there are others."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH pairs AS (
    SELECT m.officer_id AS maker, r.officer_id AS reviewer, count(DISTINCT m.batch_id) AS lists,
           sum(coalesce(b.frozen_fen, 0)) AS fen
    FROM batch_acts m
    JOIN batch_acts r ON r.batch_id = m.batch_id AND r.round = m.round AND r.act = 'approved'
    JOIN batches b ON b.id = m.batch_id
    WHERE m.act = 'submitted' AND m.at >= CAST(:since AS date)
    GROUP BY 1, 2
),
all_of AS (SELECT maker, sum(lists) AS lists FROM pairs GROUP BY 1),
others AS (SELECT count(DISTINCT reviewer) AS reviewers FROM pairs)
SELECT 'pair:' || p.maker || ':' || p.reviewer AS subject, p.fen AS amount_fen,
       jsonb_build_object('officers', jsonb_build_array(p.maker, p.reviewer), 'lists', p.lists,
           'of', a.lists, 'reviewers', o.reviewers, 'fen', p.fen) AS evidence
FROM pairs p JOIN all_of a USING (maker) CROSS JOIN others o
WHERE p.lists >= :lists AND o.reviewers > 1 AND p.lists * 10 >= a.lists * 9
"""

QUERY = StandingQuery(
    code="same_pair",
    title_en="Always the same maker and reviewer",
    title_zh="编制与复核长期固定搭档",
    sentence_en="Makers of whose lists, ten and more, one reviewer approved nine of ten, although there are "
    "other reviewers.",
    sentence_zh="编制十份以上清册，其中九成以上由同一人复核，而另有其他复核人员。",
    answers=(
        Source(
            "Suizhou 2017 and Leibo: one office made and checked; nobody else looked.",
            "随州市2017年、雷波县：编制与审核由同一办公室人员固定办理，缺乏他人监督。",
            "security.md 5",
        ),
    ),
    severity="low",
    says_en="{lists} of {of} lists of one maker were approved by one reviewer; there are {reviewers} "
    "reviewers; {fen} yuan.",
    says_zh="同一编制人员的 {of} 份清册中有 {lists} 份由同一人复核（复核人员共 {reviewers} 名），涉及 {fen} 元。",
    sql=_SQL,
    numbers={"lists": 10},
)  # fmt: skip
