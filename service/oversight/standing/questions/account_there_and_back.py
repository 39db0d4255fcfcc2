"""An account that changed, took money, and changed back: the oldest trick there is."""

from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH walked AS (
    SELECT a.id, a.person_id, a.card_index, a.known_from, a.known_to,
           lag(a.card_index) OVER held AS before, lead(a.card_index) OVER held AS after
    FROM accounts a WINDOW held AS (PARTITION BY a.person_id ORDER BY a.known_from, a.id)
),
between_times AS (
    SELECT * FROM walked
    WHERE before = after AND before <> card_index AND known_to >= CAST(:since AS date)
      AND known_to - known_from <= make_interval(days => CAST(:days AS int))
)
SELECT 'account:' || w.id AS subject, sum(p.amount_fen) AS amount_fen,
       jsonb_build_object('account', w.id, 'person', w.person_id, 'from', (w.known_from {DAY},
           'to', (w.known_to {DAY}, 'lines', count(*), 'fen', sum(p.amount_fen),
           'first', jsonb_agg(p.id ORDER BY p.id)) AS evidence
FROM between_times w
JOIN payments p ON p.payee_person_id = w.person_id AND p.account_id = w.id AND p.state = 'paid'
GROUP BY w.id, w.person_id, w.known_from, w.known_to
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="account_there_and_back",
    title_en="Account changed and changed back",
    title_zh="账户变更后又改回",
    sentence_en="Accounts that stood for sixty days at most between two times of the same other card, and took "
    "money meanwhile.",
    sentence_zh="账户变更后六十日内又改回原卡，期间有款项发放至临时账户。",
    answers=(
        Source(
            "Tiandeng: the grants of 11 households went to a cadre's own account, and the bankbooks "
            "were given back.",
            "天等县：11户补助款转入村干部本人账户。",
            "domain.md 1.5, S-FRAUDGX",
        ),
    ),
    severity="high",
    says_en="From {from} to {to} the money went to another account, {lines:line|lines} with {fen} yuan; then "
    "the former card stood there again.",
    says_zh="{from} 至 {to} 改发至另一账户，共 {lines} 笔 {fen} 元，其后又改回原卡。",
    sql=_SQL,
    numbers={"days": 60},
)  # fmt: skip
