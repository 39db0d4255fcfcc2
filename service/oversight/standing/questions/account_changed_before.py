"""Money that followed a new account within thirty days, which the bank had not confirmed since."""

from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH known AS (
    SELECT coalesce(p.merged_into, p.id) AS human_id, a.card_index, (min(a.known_from) {DAY} AS since,
           bool_or(a.change_id IS NOT NULL) AS by_officers
    FROM accounts a JOIN persons p ON p.id = a.person_id GROUP BY 1, 2
),
changed AS (
    SELECT k.* FROM known k
    WHERE k.since >= CAST(:since AS date)
      AND EXISTS (SELECT FROM known o WHERE o.human_id = k.human_id AND o.since < k.since)
)
SELECT 'payment:' || p.id AS subject, p.amount_fen,
       jsonb_build_object('line', p.id, 'programme', p.programme, 'period', p.period,
           'fen', p.amount_fen, 'paid_on', p.settled_on, 'changed_on', c.since, 'account', a.id,
           'by_officers', c.by_officers) AS evidence
FROM changed c
JOIN accounts a ON a.card_index = c.card_index
JOIN payments p ON p.payee_person_id = a.person_id AND p.account_id = a.id
JOIN persons s ON s.id = p.payee_person_id AND coalesce(s.merged_into, s.id) = c.human_id
WHERE p.state = 'paid' AND p.replaces_id IS NULL
  AND p.settled_on BETWEEN c.since AND c.since + CAST(:days AS int)
  AND NOT EXISTS (
      SELECT FROM account_verifications v JOIN persons h ON h.id = v.person_id
      WHERE v.card_index = c.card_index AND coalesce(h.merged_into, h.id) = c.human_id
        AND v.verdict = 'match' AND v.verified_on BETWEEN c.since AND p.settled_on)
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="account_changed_before",
    title_en="Account changed shortly before payment",
    title_zh="发放前短期内变更账户",
    sentence_en="Lines paid to an account that was new within thirty days, of somebody who had another one "
    "before, and that the bank had not confirmed since it changed.",
    sentence_zh="对象原有其他账户，变更后三十日内即发放至新账户，且变更后银行未核验一致。",
    answers=(
        Source(
            "Tiandeng: the grants of 11 households went to a cadre's own account.",
            "天等县：11户补助款转入村干部本人账户。",
            "domain.md 1.5, S-FRAUDGX",
        ),
        Source(
            "Anomalies that audit models look for: the account changed a few days before payment.",
            "审计模型所查异常：发放前数日变更账户。",
            "security.md 5",
        ),
    ),
    severity="medium",
    says_en="{fen} yuan of {programme} for {period} went on {paid_on} to an account known since "
    "{changed_on}; the bank had not confirmed its holder.",
    says_zh="{programme} {period} 的 {fen} 元于 {paid_on} 发放至 {changed_on} 起登记的新账户；银行尚未核验户名。",
    sql=_SQL,
    numbers={"days": 30},
)  # fmt: skip
