"""One account, several people paid: without a registered proxy, and not one household."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH cards AS (
    SELECT card_index FROM accounts GROUP BY card_index HAVING count(DISTINCT person_id) > 1
),
paid AS (
    SELECT a.card_index, coalesce(s.merged_into, s.id) AS human_id, count(*) AS lines,
           sum(p.amount_fen) AS fen, max(p.settled_on) AS last_on
    FROM cards
    JOIN accounts a USING (card_index)
    JOIN payments p ON p.payee_person_id = a.person_id AND p.account_id = a.id
    JOIN persons s ON s.id = p.payee_person_id
    WHERE p.state = 'paid' AND p.settled_on >= :since
    GROUP BY 1, 2
),
several AS (SELECT card_index FROM paid GROUP BY 1 HAVING count(*) > 1),
allowed AS (
    SELECT x.card_index, coalesce(s.merged_into, s.id) AS human_id
    FROM proxy_registrations x JOIN persons s ON s.id = x.person_id
    JOIN several USING (card_index)
    WHERE x.approved_at IS NOT NULL
    UNION
    SELECT paid.card_index, paid.human_id
    FROM paid JOIN several USING (card_index)
    JOIN persons s ON coalesce(s.merged_into, s.id) = paid.human_id
    JOIN feed_records r ON r.person_id = s.id AND r.feed = 'MZ_CHILD' AND r.known_to IS NULL
    JOIN accounts g ON g.card_index = paid.card_index
     AND g.person_id = (r.data->>'guardian_person_id')::bigint
),
strangers AS (
    SELECT paid.* FROM paid JOIN several USING (card_index)
    WHERE NOT EXISTS (SELECT FROM allowed a
        WHERE a.card_index = paid.card_index AND a.human_id = paid.human_id)
),
homes AS (
    SELECT st.card_index, r.household_id, count(DISTINCT st.human_id) AS people
    FROM strangers st
    JOIN persons s ON coalesce(s.merged_into, s.id) = st.human_id
    JOIN feed_records r ON r.person_id = s.id AND r.feed IN ('GA_HUKOU', 'MZ_SA')
     AND r.known_to IS NULL AND r.household_id IS NOT NULL
    GROUP BY 1, 2
),
hit AS (
    SELECT card_index, count(*) AS people, sum(lines) AS lines, sum(fen) AS fen,
           max(last_on) AS last_on, jsonb_agg(human_id ORDER BY human_id) AS persons
    FROM strangers st GROUP BY card_index
    HAVING count(*) > 1 AND count(*) > coalesce((
        SELECT max(h.people) FROM homes h WHERE h.card_index = st.card_index), 0)
)
SELECT 'account:' || (SELECT min(a.id) FROM accounts a WHERE a.card_index = hit.card_index) AS subject,
       fen AS amount_fen,
       jsonb_build_object('people', people, 'lines', lines, 'fen', fen, 'last_on', last_on,
           'persons', persons) AS evidence
FROM hit
"""

QUERY = StandingQuery(
    code="account_many_payees",
    title_en="One account, many people paid",
    title_zh="一户多人领取",
    sentence_en="Accounts to which several people of different households were paid, who are not in the "
    "register of proxies.",
    sentence_zh="不同家庭的多名对象发放至同一账户，且未登记代领关系。",
    answers=(
        Source(
            "Tiandeng: a village cadre kept 34 bankbooks, and the grants of 11 households went to the "
            "cadre's own account.",
            "天等县：村干部扣留34本存折，11户补助款转入其本人账户。",
            "domain.md 1.5, S-FRAUDGX",
        ),
        Source(
            "Leibo: the head of a township kept the passbooks of 67 children and misused 880,000 yuan.",
            "雷波县：某乡负责人保管67名儿童存折并挪用88万元。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="{people:person|people} of more than one household received {fen} yuan in "
    "{lines:line|lines} on this account, the last on {last_on}; nobody registered them as received for.",
    says_zh="{people} 名非同一家庭的对象共 {lines} 笔 {fen} 元发放至该账户，最近一笔为 {last_on}；未登记代领关系。",
    sql=_SQL,
)  # fmt: skip
