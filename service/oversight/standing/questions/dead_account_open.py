"""Accounts of the dead that still take money, long after we learned of the death."""

from service.oversight.standing.facts import DIED
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH {DIED}
SELECT 'account:' || a.id AS subject,
       coalesce((SELECT sum(p.amount_fen) FROM payments p
           WHERE p.payee_person_id = d.person_id AND p.state = 'paid' AND p.settled_on > d.died
             AND p.settled_on >= :since), 0) AS amount_fen,
       jsonb_build_object('account', a.id, 'person', d.human_id, 'died', d.died, 'feeds', d.feeds,
           'learned', d.learned, 'status', a.status) AS evidence
FROM dead_ids d
JOIN accounts a ON a.person_id = d.person_id AND a.known_to IS NULL
WHERE a.status = '正常' AND d.learned < CAST(:today AS date) - CAST(:open_days AS int)
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="dead_account_open",
    title_en="Account of a dead person still open",
    title_zh="死亡人员账户未清理",
    sentence_en="Accounts that the card office still calls normal three months after a death was known.",
    sentence_zh="获知死亡已逾三个月，社保卡部门仍登记为“正常”的账户。",
    answers=(
        Source(
            "Shandong, audit of 2024: 1,987 accounts of dead people with 19.77 million yuan had not "
            "been cleared.",
            "山东省2024年度审计：1987名死亡人员账户中1977万元未清理。",
            "security.md 5",
        ),
    ),
    severity="medium",
    says_en="The account is “{status}” although its holder died on {died}, as {feeds} said; we knew "
    "it since {learned}.",
    says_zh="账户状态仍为“{status}”，持卡人已于 {died} 死亡（来源：{feeds}），本系统自 {learned} 起获知。",
    sql=_SQL,
    numbers={"open_days": 90},
)  # fmt: skip
