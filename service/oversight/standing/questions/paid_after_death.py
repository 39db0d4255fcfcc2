"""Paid after death: each paid line of a year against every death that is known by now."""

from typing import Any

from sqlalchemy.orm import Session

from service.assessment.keep import FOR_THE_FAMILY
from service.oversight.standing.facts import DIED
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH {DIED},
hit AS (
    SELECT p.id, p.programme, p.period, p.amount_fen, p.settled_on, d.died, d.learned, d.feeds
    FROM dead_ids d JOIN payments p ON p.payee_person_id = d.person_id
    WHERE p.state = 'paid' AND p.settled_on > d.died AND p.settled_on >= :since
    UNION
    -- To a living proxy or guardian, for months in which nothing was due any more.
    SELECT p.id, p.programme, p.period, p.amount_fen, p.settled_on, d.died, d.learned, d.feeds
    FROM dead_ids d JOIN payments p ON p.subject_kind = 'person' AND p.subject_id = d.person_id
    WHERE p.state = 'paid' AND p.settled_on >= :since AND p.line_type <> 'estate'
      AND p.programme <> ALL(:for_the_family)
      AND p.period > left(to_char(d.died, 'YYYY-MM'), length(p.period))
)
SELECT 'payment:' || id AS subject, amount_fen,
       jsonb_build_object('line', id, 'programme', programme, 'period', period, 'fen', amount_fen,
           'paid_on', settled_on, 'died', died, 'learned', learned, 'feeds', feeds) AS evidence
FROM hit
"""  # noqa: S608 - constants of this module


def _prepare(_session: Session) -> dict[str, Any]:
    return {"for_the_family": list(FOR_THE_FAMILY)}


QUERY = StandingQuery(
    code="paid_after_death",
    title_en="Paid after death",
    title_zh="死亡后仍发放",
    sentence_en="Every line paid in the last twelve months, against every death known by now.",
    sentence_zh="以目前已知的全部死亡信息，回查近十二个月已发放的每一笔。",
    answers=(
        Source(
            "Shandong, audit of 2024: 505 dead were paid 2.41 million yuan in 2022–24, because data "
            "were compared too late.",
            "山东省2024年度审计：2022至2024年向505名已死亡人员发放241万元，原因是信息不畅、数据比对不及时。",
            "security.md 5",
        ),
        Source(
            "Huilai: 118 dead were paid 457,200 yuan; Shayang: 48 dead, 710,900 yuan.",
            "惠来县：向118名已死亡人员发放45.72万元；沙洋县：48人71.09万元。",
            "domain.md 1.5, S-AUDHL, S-AUDSY",
        ),
    ),
    severity="high",
    says_en="{fen} yuan of {programme} for {period} was paid on {paid_on}. The person died on {died}, "
    "as {feeds} said; we knew it since {learned}.",
    says_zh="{programme} {period} 的 {fen} 元于 {paid_on} 发放；该对象已于 {died} 死亡（来源：{feeds}），"
    "本系统自 {learned} 起获知。",
    sql=_SQL,
    prepare=_prepare,
)  # fmt: skip
