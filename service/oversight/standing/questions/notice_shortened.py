"""Notices that hung for less than their days, or were decided on while they hung."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery
from service.programmes.versions import programme_of

_SQL = f"""
WITH ruled AS (
    SELECT split_part(said, ' ', 1) AS programme, split_part(said, ' ', 2) AS rule_digest,
           split_part(said, ' ', 3)::int AS days
    FROM unnest(CAST(:ruled AS text[])) said
),
approved AS (
    SELECT batch_id, round, min((at {DAY}) AS on_day FROM batch_acts
    WHERE act = 'approved' GROUP BY 1, 2
),
seen AS (
    SELECT n.number, b.batch_no, n.posted_on, n.ends_on, n.days, r.days AS rule_days,
           (SELECT min(a.on_day) FROM approved a WHERE a.batch_id = b.id
               AND a.on_day BETWEEN n.posted_on AND n.ends_on) AS approved_on,
           (SELECT coalesce(sum(p.amount_fen), 0) FROM payments p
               WHERE p.batch_id = b.id AND p.state IN ('frozen', 'sent', 'unknown', 'paid')) AS fen
    FROM notices n JOIN batches b ON b.id = n.batch_id
    LEFT JOIN ruled r ON r.programme = b.programme AND r.rule_digest = b.rule_digest
    WHERE n.original_id IS NULL AND n.posted_on >= CAST(:since AS date)
)
SELECT 'notice:' || number AS subject, fen AS amount_fen,
       jsonb_build_object('notice', number, 'batch', batch_no, 'posted_on', posted_on,
           'ends_on', ends_on, 'days', days, 'rule_days', rule_days, 'approved_on', approved_on,
           'fen', fen) AS evidence
FROM seen
WHERE approved_on IS NOT NULL OR ends_on - posted_on < days OR days < rule_days
"""  # noqa: S608 - constants of this module


def _prepare(session: Session) -> dict[str, Any]:
    """Return the days of notice that the rules of each list ask for."""
    known = session.execute(select(Batch.programme, Batch.rule_digest).distinct())
    ruled = [
        f"{code} {digest} {programme_of(session, digest, code).notice.days}"
        for code, digest in known
    ]
    return {"ruled": sorted(ruled)}


QUERY = StandingQuery(
    code="notice_shortened",
    title_en="Notice shortened",
    title_zh="公示期不足",
    sentence_en="Notices with fewer days than the programme's rule asks for, or whose list was approved "
    "before the last day was over.",
    sentence_zh="公示天数少于项目规定，或公示期未满即已复核的清册。",
    answers=(
        Source(
            "Ninghua: no public notice of amounts for eleven years.",
            "宁化县：连续十一年未公示金额。",
            "domain.md 1.5, S-NINGHUA",
        ),
        Source(
            "Anomalies that audit models look for: the period of publicity shortened.",
            "审计模型所查异常：缩短公示期。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="The notice {notice} hung from {posted_on} to {ends_on} ({days:day|days}, the rule asks for "
    "{rule_days}); approved on {approved_on} while it hung; {fen} yuan.",
    says_zh="公示 {notice} 自 {posted_on} 至 {ends_on}（{days} 天，规定 {rule_days} 天）；公示期内复核日期：{approved_on}；涉及 {fen} 元。",
    sql=_SQL,
    prepare=_prepare,
)  # fmt: skip
