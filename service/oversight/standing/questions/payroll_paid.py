"""Public servants paid by programmes whose rule shuts them out."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.oversight.standing.query import Source, StandingQuery
from service.programmes.versions import programme_of

_BARS = "not p.fin_payroll"
_SQL = """
WITH staff AS (
    SELECT coalesce(p.merged_into, p.id) AS human_id, r.id AS record,
           coalesce((r.data->>'from_date')::date, DATE '1900-01-01') AS from_day,
           coalesce((r.data->>'to_date')::date, DATE '9999-12-31') AS to_day
    FROM feed_records r JOIN persons p ON p.id = r.person_id
    WHERE r.feed = 'CZ_PAY' AND r.known_to IS NULL AND (r.data->>'on_payroll')::boolean
),
ids AS (
    SELECT staff.*, staff.human_id AS person_id FROM staff
    UNION ALL
    SELECT staff.*, p.id FROM staff JOIN persons p ON p.merged_into = staff.human_id
),
barred AS (SELECT id FROM batches WHERE programme || ' ' || rule_digest = ANY(:barred)),
hit AS (
    SELECT p.id, p.programme, p.period, p.amount_fen, p.settled_on, ids.record
    FROM payments p JOIN barred ON barred.id = p.batch_id
    JOIN ids ON p.subject_kind = 'person' AND ids.person_id = p.subject_id
     AND p.settled_on BETWEEN ids.from_day AND ids.to_day
    WHERE p.state = 'paid' AND p.settled_on >= :since
    UNION
    SELECT p.id, p.programme, p.period, p.amount_fen, p.settled_on, ids.record
    FROM payments p JOIN barred ON barred.id = p.batch_id
    JOIN ids ON p.subject_kind <> 'person' AND ids.person_id = p.payee_person_id
     AND p.settled_on BETWEEN ids.from_day AND ids.to_day
    WHERE p.state = 'paid' AND p.settled_on >= :since
)
SELECT 'payment:' || id AS subject, min(amount_fen) AS amount_fen,
       jsonb_build_object('line', id, 'programme', min(programme), 'period', min(period),
           'fen', min(amount_fen), 'paid_on', min(settled_on), 'feed', 'CZ_PAY',
           'record', min(record)) AS evidence
FROM hit GROUP BY id
"""


def _prepare(session: Session) -> dict[str, Any]:
    """Return the programmes, each with the rules of a list, that shut out the public payroll."""
    known = session.execute(select(Batch.programme, Batch.rule_digest).distinct())
    barred = [
        f"{code} {digest}"
        for code, digest in known
        if any(_BARS in one.expr for one in programme_of(session, digest, code).conditions)
    ]
    return {"barred": sorted(barred)}


QUERY = StandingQuery(
    code="payroll_paid",
    title_en="Public servant paid by a programme that shuts him out",
    title_zh="财政供养人员违规领取",
    sentence_en="Lines of programmes whose rule shuts out the public payroll, paid to somebody who was on it "
    "that day, as finance says now.",
    sentence_zh="规则排除财政供养人员的项目中，发放当日属财政供养在编人员的明细（以财政部门现有登记为准）。",
    answers=(
        Source(
            "Yicheng 2019: four public servants with non-farm registration drew a land subsidy.",
            "翼城县2019年：4名非农户籍公职人员领取耕地补贴。",
            "security.md 5",
        ),
    ),
    severity="high",
    says_en="{fen} yuan of {programme} for {period} was paid on {paid_on} to somebody whom finance "
    "({feed}) had on the payroll that day.",
    says_zh="{programme} {period} 的 {fen} 元于 {paid_on} 发放给当日财政供养在编人员（来源：{feed}）。",
    sql=_SQL,
    prepare=_prepare,
)  # fmt: skip
