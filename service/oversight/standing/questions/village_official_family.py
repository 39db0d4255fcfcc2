"""Village officials in office, and their families, on lists that rest on the village's word."""

from service.oversight.standing.facts import KIN
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH seed AS (
    SELECT DISTINCT coalesce(p.merged_into, p.id) AS seed_id, coalesce(p.merged_into, p.id) AS human_id
    FROM feed_records r JOIN persons p ON p.id = r.person_id
    WHERE r.feed = 'ZZ_PTY' AND r.known_to IS NULL AND coalesce(r.data->>'post', '') <> ''
      AND r.data->>'left_on' IS NULL
),
{KIN},
family AS (
    SELECT seed_id, human_id, how FROM kin
    UNION ALL
    SELECT seed_id, human_id, 'self' FROM seed
),
paid AS (
    SELECT f.seed_id, p.id, p.amount_fen, p.programme, p.settled_on, f.human_id, f.how
    FROM family f
    JOIN persons s ON coalesce(s.merged_into, s.id) = f.human_id
    JOIN payments p ON p.payee_person_id = s.id
    WHERE p.state = 'paid' AND p.settled_on >= :since AND p.subject_kind <> 'person'
)
SELECT 'person:' || seed_id AS subject, sum(amount_fen) AS amount_fen,
       jsonb_build_object('official', seed_id, 'lines', count(*), 'fen', sum(amount_fen),
           'people', count(DISTINCT human_id), 'ties', string_agg(DISTINCT how, ', '),
           'programmes', string_agg(DISTINCT programme, ', '), 'last_on', max(settled_on)) AS evidence
FROM paid GROUP BY seed_id
"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="village_official_family",
    title_en="Village official's family paid",
    title_zh="在任村干部及家属领取",
    sentence_en="Household and land subsidies paid to village officials in office, to their registered "
    "household or spouse; those lists rest on what the village says.",
    sentence_zh="向在任村干部本人、同户家属或配偶发放的家庭类、土地类补贴；此类名单依赖村级申报。",
    answers=(
        Source(
            "Hanshou 2017: village cadres put their families on the list of a collective's land.",
            "汉寿县2017年：村干部将家属列入集体土地补贴。",
            "security.md 5",
        ),
        Source(
            "Fuyang, Hangzhou: a village accountant claimed grain areas that were not planted, year "
            "after year from 2009 to 2013.",
            "杭州富阳：村会计2009至2013年逐年虚报种粮面积。",
            "domain.md 1.5, S-FUYANG",
        ),
    ),
    severity="medium",
    says_en="{people:person|people} around one village official ({ties}) received {fen} yuan in "
    "{lines:line|lines} of {programmes}, the last on {last_on}.",
    says_zh="一名在任村干部及其关系人（{ties}）共 {people} 人领取{programmes} {lines} 笔 {fen} 元，最近一笔为 {last_on}。",
    sql=_SQL,
)  # fmt: skip
