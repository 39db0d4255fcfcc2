"""Recoveries that nobody followed for three months."""

from typing import Any

from sqlalchemy.orm import Session

from service.batches.recoveries.lifecycle import ACTIVE
from service.oversight.standing.facts import DAY
from service.oversight.standing.query import Source, StandingQuery

_SQL = f"""
WITH moved AS (
    SELECT c.id, c.number, c.programme, c.state, greatest(
        (c.opened_at {DAY},
        (SELECT max((a.at {DAY}) FROM recovery_acts a WHERE a.case_id = c.id),
        (SELECT max(r.received_on) FROM recovery_receipts r WHERE r.case_id = c.id),
        (SELECT max(p.settled_on) FROM recovery_offsets o JOIN payments p ON p.id = o.payment_id
            WHERE o.case_id = c.id)) AS last_on,
        coalesce((SELECT sum(i.amount_fen) FROM recovery_items i WHERE i.case_id = c.id), 0)
        - coalesce((SELECT sum(x.amount_fen) FROM recovery_reductions x
              JOIN recovery_items i ON i.id = x.item_id WHERE i.case_id = c.id), 0)
        - coalesce((SELECT sum(r.amount_fen) FROM recovery_receipts r WHERE r.case_id = c.id), 0)
        - coalesce((SELECT sum(o.offset_fen) FROM recovery_offsets o WHERE o.case_id = c.id), 0) AS fen
    FROM recovery_cases c WHERE c.state = ANY(:active)
)
SELECT 'case:R' || lpad(number::text, 6, '0') AS subject, fen AS amount_fen,
       jsonb_build_object('programme', programme, 'state', state, 'last_on', last_on, 'fen', fen)
           AS evidence
FROM moved WHERE last_on < CAST(:today AS date) - CAST(:days AS int)
"""  # noqa: S608 - constants of this module


def _prepare(_session: Session) -> dict[str, Any]:
    return {"active": list(ACTIVE)}


QUERY = StandingQuery(
    code="recovery_idle",
    title_en="Recovery not followed",
    title_zh="追缴长期无进展",
    sentence_en="Open recoveries in which nobody acted and nothing came back for ninety days.",
    sentence_zh="九十日内无任何办理、无款项收回的未结追缴。",
    answers=(
        Source(
            "Sichuan 2018–19: 80.98 million yuan came back only once a campaign asked for it.",
            "四川省2018至2019年一卡通专项治理：经专项催收才追回8098万元。",
            "security.md 5",
        ),
        Source(
            "Shandong, audit of 2024: 19.77 million yuan of the dead had not been cleared.",
            "山东省2024年度审计：死亡人员账户1977万元未清理。",
            "security.md 5",
        ),
    ),
    severity="medium",
    says_en="{fen} yuan of {programme} is still owed ({state}); nothing has happened since {last_on}.",
    says_zh="{programme} 尚有 {fen} 元未追回（{state}），自 {last_on} 起无进展。",
    sql=_SQL,
    prepare=_prepare,
    numbers={"days": 90},
)  # fmt: skip
