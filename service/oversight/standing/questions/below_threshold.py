"""Lists just below the amount from which more people must look, or cut so that each part is."""

from typing import Any

from sqlalchemy.orm import Session

from service.approvals.chains.in_force import chains_now
from service.oversight.standing.query import Source, StandingQuery

_SQL = """
WITH threshold AS (
    SELECT split_part(said, ' ', 1) AS programme, split_part(said, ' ', 2)::bigint AS from_fen
    FROM unnest(CAST(:thresholds AS text[])) said
),
lists AS (
    SELECT b.batch_no, b.programme, b.month, b.frozen_fen AS fen,
           sum(b.frozen_fen) OVER (PARTITION BY b.programme, b.month) AS together_fen,
           count(*) OVER (PARTITION BY b.programme, b.month) AS lists
    FROM batches b
    WHERE b.frozen_fen > 0 AND b.kind IN ('regular', 'supplementary')
      AND b.month >= to_char(CAST(:since AS date), 'YYYY-MM')
)
SELECT DISTINCT ON (l.batch_no) 'batch:' || l.batch_no AS subject, l.fen AS amount_fen,
       jsonb_build_object('batch', l.batch_no, 'fen', l.fen, 'threshold_fen', t.from_fen,
           'together_fen', l.together_fen, 'lists', l.lists) AS evidence
FROM lists l JOIN threshold t ON t.programme IN ('*', l.programme)
WHERE l.fen < t.from_fen
  AND (l.fen * 20 >= t.from_fen * 19 OR l.lists > 1 AND l.together_fen >= t.from_fen)
ORDER BY l.batch_no, t.from_fen
"""


def _prepare(session: Session) -> dict[str, Any]:
    """Return the amounts from which the chains in force ask for more, by programme or for all."""
    return {
        "thresholds": [
            f"{code} {use.from_fen}"
            for use in chains_now(session).use
            if use.from_fen
            for code in (sorted(use.programmes) or ["*"])
        ]
    }


QUERY = StandingQuery(
    code="below_threshold",
    title_en="Just below a threshold, or split",
    title_zh="拆分或压线规避审批",
    sentence_en="Lists within a twentieth below the amount from which the chain asks for more people, or below "
    "it only because the month's list was cut into several.",
    sentence_zh="金额恰低于加签门槛（二十分之一以内），或因拆分为多份而各自低于门槛的清册。",
    answers=(
        Source(
            "Anomalies that audit models look for: payments split to stay below an approval's amount.",
            "审计模型所查异常：拆分金额以规避审批。",
            "security.md 5",
        ),
    ),
    severity="medium",
    says_en="{batch} has {fen} yuan; from {threshold_fen} more people must look. The month's {lists:list|lists} "
    "come to {together_fen} together.",
    says_zh="{batch} 为 {fen} 元，加签门槛为 {threshold_fen} 元；当月 {lists} 份清册合计 {together_fen} 元。",
    sql=_SQL,
    prepare=_prepare,
)  # fmt: skip
