"""One human being, one programme, one period, and more than one regular line paid."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
SELECT 'payment:' || max(p.id) AS subject, sum(p.amount_fen) - min(p.amount_fen) AS amount_fen,
       jsonb_build_object('line', max(p.id), 'first', jsonb_agg(p.id ORDER BY p.id),
           'programme', p.programme, 'period', p.period, 'lines', count(*),
           'fen', sum(p.amount_fen)) AS evidence
FROM payments p LEFT JOIN persons s ON p.subject_kind = 'person' AND s.id = p.subject_id
WHERE p.state = 'paid' AND p.settled_on >= :since AND p.line_type = 'regular'
GROUP BY p.programme, p.period, p.subject_kind, coalesce(s.merged_into, p.subject_id)
HAVING count(*) > 1
"""

QUERY = StandingQuery(
    code="period_paid_twice",
    title_en="Paid twice for one period",
    title_zh="同一期间重复发放",
    sentence_en="Recipients, under whichever of their ID numbers, with more than one regular line of one "
    "programme and period paid.",
    sentence_zh="同一对象（含原身份号码）在同一项目、同一期间有两笔以上常规明细已发放。",
    answers=(
        Source(
            "Shayang: 48 people, 710,900 yuan, among them pensions paid twice.",
            "沙洋县：48人71.09万元，其中包括重复领取养老金。",
            "domain.md 1.5, S-AUDSY",
        ),
        Source(
            "Zimbabwe: 75,273 of 188,019 on the payroll were ghosts or duplicates.",
            "津巴布韦：188019名在册人员中75273名为虚报或重复。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="{lines:line|lines} of {programme} for {period} went to one recipient, {fen} yuan together.",
    says_zh="同一对象 {programme} {period} 已发放 {lines} 笔，共 {fen} 元。",
    sql=_SQL,
)  # fmt: skip
