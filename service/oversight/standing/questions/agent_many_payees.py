"""One agent for many: whoever the register lets receive for five people and more."""

from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH registered AS (
    SELECT x.card_index, coalesce(s.merged_into, s.id) AS human_id, min(x.valid_from) AS since,
           min(x.registered_by) AS registered_by, min(x.approved_by) AS approved_by
    FROM proxy_registrations x JOIN persons s ON s.id = x.person_id
    WHERE x.approved_at IS NOT NULL AND x.kind <> 'institution'
      AND (x.valid_to IS NULL OR x.valid_to >= :since)
    GROUP BY 1, 2
),
agents AS (SELECT card_index FROM registered GROUP BY 1 HAVING count(*) >= :agent_people),
paid AS (
    SELECT r.card_index, count(DISTINCT r.human_id) AS people, count(*) AS lines,
           sum(p.amount_fen) AS fen, max(p.settled_on) AS last_on,
           jsonb_agg(DISTINCT r.registered_by) AS registered_by,
           jsonb_agg(DISTINCT r.approved_by) AS approved_by
    FROM agents
    JOIN registered r USING (card_index)
    JOIN persons s ON coalesce(s.merged_into, s.id) = r.human_id
    JOIN payments p ON p.payee_person_id = s.id
    JOIN accounts a ON a.id = p.account_id AND a.card_index = r.card_index
    WHERE p.state = 'paid' AND p.settled_on >= :since
    GROUP BY 1
)
SELECT 'account:' || (SELECT min(a.id) FROM accounts a WHERE a.card_index = paid.card_index) AS subject,
       fen AS amount_fen,
       jsonb_build_object('people', people, 'lines', lines, 'fen', fen, 'last_on', last_on,
           'registered_by', registered_by, 'approved_by', approved_by) AS evidence
FROM paid WHERE people >= :agent_people
"""

QUERY = StandingQuery(
    code="agent_many_payees",
    title_en="One agent for many people",
    title_zh="一人代领多人",
    sentence_en="Accounts, not of institutions, that are registered to receive for five people and more.",
    sentence_zh="除机构外，登记为五人以上代领的账户。",
    answers=(
        Source(
            "Leibo: the head of a township kept the passbooks of 67 children and misused 880,000 yuan.",
            "雷波县：某乡负责人保管67名儿童存折并挪用88万元。",
            "security.md 5",
        ),
        Source(
            "Ninghua: a village cadre drew others' minimum allowance from 2004 to 2015.",
            "宁化县：村干部2004至2015年代领他人低保金。",
            "domain.md 1.5, S-NINGHUA",
        ),
    ),
    severity="medium",
    says_en="This account received {fen} yuan in {lines:line|lines} for {people:person|people}, the last on "
    "{last_on}; ask a sample of them whether the money reached them.",
    says_zh="该账户代 {people} 人领取 {lines} 笔共 {fen} 元，最近一笔为 {last_on}；请抽样向本人核实是否实际领到。",
    sql=_SQL,
    numbers={"agent_people": 5},
)  # fmt: skip
