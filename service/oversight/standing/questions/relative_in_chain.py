"""Relatives of officers in the chain: those they declared, and those whom the registers know."""

from service.oversight.standing.facts import KIN
from service.oversight.standing.query import Source, StandingQuery
from service.oversight.standing.questions.officer_on_own_list import TIES, lines_of

_TIED = f"""
WITH {TIES},
seed AS (SELECT DISTINCT officer_id AS seed_id, human_id FROM own WHERE relation = 'self'),
{KIN},
tied AS (
    SELECT officer_id, human_id, relation, declared FROM own WHERE relation <> 'self'
    UNION ALL
    SELECT k.seed_id, k.human_id, 'undeclared: ' || k.how, NULL FROM kin k
    WHERE NOT EXISTS (SELECT FROM own WHERE own.officer_id = k.seed_id AND own.human_id = k.human_id)
)"""  # noqa: S608 - constants of this module

QUERY = StandingQuery(
    code="relative_in_chain",
    title_en="Relative of an officer in the chain",
    title_zh="经办人亲属在其经办清册中",
    sentence_en="Lines that pay a declared relative, or somebody of the registered household, of an officer "
    "who acted on their list.",
    sentence_zh="清册经办人员已申报的亲属，或户籍、婚姻登记显示的同户人员、配偶的明细。",
    answers=(
        Source(
            "Hanshou 2017: village cadres put their families on the list of a collective's land under "
            "accounts of their own.",
            "汉寿县2017年：村干部将家属以单独户头列入集体土地补贴。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="{fen} yuan of {programme} for {period} goes to somebody close to an officer who acted on "
    "it ({acts}); tie: {relations}, declared on {declared}.",
    says_zh="{programme} {period} 的 {fen} 元发给经办人（环节：{acts}）的关系人；关系：{relations}，申报于 {declared}。",
    sql=lines_of(_TIED),
)  # fmt: skip
