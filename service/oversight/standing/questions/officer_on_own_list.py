"""Officers paid by lists that they made, checked, approved or signed."""

from service.oversight.standing.query import Source, StandingQuery

TIES = """
own AS (
    SELECT i.officer_id, coalesce(p.merged_into, p.id) AS human_id, i.relation,
           (i.declared_at AT TIME ZONE INTERVAL '8 hours')::date AS declared
    FROM officer_interests i JOIN persons p ON p.id = i.person_id
)"""
"""What officers ever declared, also after the list, and also what has ended since."""

_ACTED = """
acted AS (
    SELECT batch_id, officer_id, string_agg(DISTINCT act, ', ' ORDER BY act) AS acts
    FROM batch_acts WHERE act <> 'recalled' GROUP BY 1, 2
)"""


def lines_of(tied: str) -> str:
    """Return the query over ``tied (officer_id, human_id, relation, declared)``: lines of lists in
    whose chain the officer acted, or whose hold the officer ended, that pay somebody tied to him."""
    return f"""
{tied},
{_ACTED},
ids AS (
    SELECT t.*, t.human_id AS person_id FROM tied t
    UNION ALL
    SELECT t.*, p.id FROM tied t JOIN persons p ON p.merged_into = t.human_id
),
mine AS (
    SELECT p.id, p.batch_id, p.programme, p.period, p.amount_fen, ids.officer_id, ids.relation,
           ids.declared
    FROM ids JOIN payments p ON p.payee_person_id = ids.person_id
    WHERE p.state IN ('frozen', 'sent', 'unknown', 'paid')
      AND coalesce(p.settled_on, CAST(:today AS date)) >= :since
    UNION
    SELECT p.id, p.batch_id, p.programme, p.period, p.amount_fen, ids.officer_id, ids.relation,
           ids.declared
    FROM ids JOIN payments p ON p.subject_kind = 'person' AND p.subject_id = ids.person_id
    WHERE p.state IN ('frozen', 'sent', 'unknown', 'paid')
      AND coalesce(p.settled_on, CAST(:today AS date)) >= :since
),
hit AS (
    SELECT m.*, a.acts FROM mine m JOIN acted a USING (batch_id, officer_id)
    UNION ALL
    SELECT m.*, 'released' FROM mine m
    JOIN payment_holds h ON h.payment_id = m.id AND h.cleared_by = m.officer_id::text
)
SELECT 'payment:' || id AS subject, min(amount_fen) AS amount_fen,
       jsonb_build_object('line', id, 'programme', min(programme), 'period', min(period),
           'fen', min(amount_fen), 'officers', jsonb_agg(DISTINCT officer_id),
           'relations', string_agg(DISTINCT relation, ', '),
           'acts', string_agg(DISTINCT acts, ', '), 'declared', min(declared)) AS evidence
FROM hit GROUP BY id
"""  # noqa: S608 - constants of this module


_TIED = f"""
WITH {TIES},
tied AS (SELECT officer_id, human_id, relation, declared FROM own WHERE relation = 'self')
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="officer_on_own_list",
    title_en="Officer paid by a list he handled",
    title_zh="工作人员经办本人领取的清册",
    sentence_en="Lines that pay an officer who made, approved or signed their list, or released the line.",
    sentence_zh="工作人员编制、复核、签发或解除暂缓的清册中含其本人的明细。",
    answers=(
        Source(
            "Suizhou 2017: the deputy secretary of a park used his office to draw 300,000 yuan of grain "
            "subsidies.",
            "随州市2017年：某园区副书记利用职务便利领取种粮补贴30万元。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="{fen} yuan of {programme} for {period} goes to an officer who acted on it himself "
    "({acts}); the tie was declared on {declared}.",
    says_zh="{programme} {period} 的 {fen} 元发给经办人本人（环节：{acts}）；该关系登记于 {declared}。",
    sql=lines_of(_TIED),
)  # fmt: skip
