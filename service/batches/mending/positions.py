"""Where everybody stands in one past month of one programme: due, listed, paid, asked back.

A period belongs to the month its first line was assessed in: a monthly one to itself, a year to the
month in which it was paid first. Who has no row among the month's decisions is in none of its facts,
and nothing is concluded about him.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.recoveries.lifecycle import ACTIVE
from service.batches.recoveries.standing import ITEMS

_LINES = """
CREATE TEMPORARY TABLE listed ON COMMIT DROP AS
SELECT subject_kind, subject_id,
       (array_agg(month ORDER BY id))[1] AS month,
       (array_agg(id ORDER BY id))[1] AS first_id,
       (array_agg(payee_person_id ORDER BY id))[1] AS paid_to,
       (array_agg(division ORDER BY id))[1] AS paid_in,
       sum(fen)::bigint AS listed_fen,
       coalesce(sum(fen) FILTER (WHERE state = 'paid'), 0)::bigint AS paid_fen,
       bool_or(state IN ('held', 'unknown')) AS is_undecided,
       bool_or(state IN ('held', 'unknown', 'ready', 'frozen', 'sent')) AS is_open
FROM (
    SELECT p.id, p.subject_kind, coalesce(s.merged_into, p.subject_id) AS subject_id, p.state,
           p.payee_person_id, p.division,
           -- What was kept for a recovery was paid all the same.
           p.amount_fen + coalesce((
               SELECT sum(o.offset_fen) FROM recovery_offsets o WHERE o.payment_id = p.id), 0) AS fen,
           coalesce(a.month, b.month) AS month
    FROM payments p
    JOIN batches b ON b.id = p.batch_id
    LEFT JOIN persons s ON p.subject_kind = 'person' AND s.id = p.subject_id
    LEFT JOIN decisions d ON d.id = p.decision_id
    LEFT JOIN assessments a ON a.id = d.assessment_id
    WHERE p.programme = :programme AND p.period = :period AND p.state <> 'reissued'
) line
GROUP BY subject_kind, subject_id
"""

_WITHOUT_DECISION = """
SELECT l.subject_kind, l.subject_id FROM listed l
WHERE l.month = :month AND NOT EXISTS (
    SELECT FROM decisions d
    WHERE d.assessment_id = :assessment AND d.programme = :programme
      AND d.subject_kind = l.subject_kind AND d.subject_id = l.subject_id)
"""

_POSITIONS = f"""
CREATE TEMPORARY TABLE positions ON COMMIT DROP AS
WITH item AS (
    SELECT q.subject_kind, coalesce(s.merged_into, q.subject_id) AS subject_id,
           sum(q.recovered_fen) AS recovered_fen,
           sum(q.asked_fen - q.recovered_fen) FILTER (WHERE q.state = ANY(:active)) AS asked_fen,
           sum(q.asked_fen - q.recovered_fen) FILTER (WHERE q.state = 'written_off') AS given_up_fen
    FROM ({ITEMS}) q
    JOIN recovery_cases c ON c.id = q.case_id
    LEFT JOIN persons s ON q.subject_kind = 'person' AND s.id = q.subject_id
    WHERE c.programme = :programme AND q.period = :period
    GROUP BY 1, 2
),
decided AS (
    SELECT DISTINCT ON (d.subject_kind, coalesce(s.merged_into, d.subject_id))
           d.id, d.subject_kind, d.subject_id AS decided_about,
           coalesce(s.merged_into, d.subject_id) AS subject_id, d.outcome, d.payee_person_id,
           d.division, CASE WHEN d.outcome = 'due' THEN d.amount_fen ELSE 0 END AS due_fen,
           d.is_office_late
    FROM decisions d
    LEFT JOIN persons s ON d.subject_kind = 'person' AND s.id = d.subject_id
    WHERE d.assessment_id = :assessment AND d.programme = :programme AND d.period = :period
    ORDER BY d.subject_kind, coalesce(s.merged_into, d.subject_id),
             d.subject_id <> coalesce(s.merged_into, d.subject_id), d.subject_id
)
SELECT d.id AS decision_id, d.subject_kind, d.decided_about, d.subject_id, d.payee_person_id,
       d.division, d.due_fen, l.first_id, l.paid_to, l.paid_in,
       coalesce(l.listed_fen, 0) AS listed_fen, coalesce(l.paid_fen, 0) AS paid_fen,
       coalesce(l.is_undecided, false) AS is_undecided, coalesce(l.is_open, false) AS is_open,
       coalesce(i.recovered_fen, 0)::bigint AS recovered_fen,
       coalesce(i.asked_fen, 0)::bigint AS asked_fen,
       coalesce(i.given_up_fen, 0)::bigint AS given_up_fen
FROM decided d
LEFT JOIN listed l ON l.subject_kind = d.subject_kind AND l.subject_id = d.subject_id
LEFT JOIN item i ON i.subject_kind = d.subject_kind AND i.subject_id = d.subject_id
WHERE d.outcome <> 'unknown' AND (l.month = :month OR l.month IS NULL AND (
    -- The limit is for those who asked late, not for an office that was late.
    :in_reach OR d.is_office_late AND :is_over))
"""  # noqa: S608 - constants of these modules

BIRTH_STANDS = """
NOT EXISTS (
    SELECT FROM persons h
    JOIN feed_records was ON was.person_id = h.id AND was.feed = 'GA_HUKOU'
    JOIN feed_records now ON now.feed = 'GA_HUKOU' AND now.known_to IS NULL
     AND now.person_id = q.subject_id AND now.data->>'birth' <> was.data->>'birth'
    WHERE q.subject_kind = 'person' AND (h.id = q.subject_id OR h.merged_into = q.subject_id)
      AND to_char(was.known_to AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM') > :month)
"""
"""Of a row ``q`` of positions: the birth date was not corrected after ``:month``.

A corrected birth date counts from its correction on: nobody repays, or is paid, years of age.
"""


@dataclass(frozen=True)
class PastMonth:
    """One past month of one programme, as assessed again."""

    programme: str
    month: str
    period: str
    assessment_id: UUID
    in_reach: bool
    """Whether somebody who has no line for the period may still get one."""
    is_over: bool
    """Whether the period is over; the one still running belongs to the regular list."""


def list_lines(session: Session, past: PastMonth) -> list[tuple[str, int]]:
    """Fill ``listed`` with the period's lines by subject; return subjects without a decision's row."""
    session.execute(text("DROP TABLE IF EXISTS listed"))
    session.execute(text(_LINES), {"programme": past.programme, "period": past.period})
    rows = session.execute(
        text(_WITHOUT_DECISION),
        {
            "programme": past.programme, "month": past.month, "assessment": past.assessment_id,
        },
    )  # fmt: skip
    return [(row.subject_kind, row.subject_id) for row in rows]


def take_positions(session: Session, past: PastMonth) -> None:
    """Fill ``positions``, one row for each subject about whom something is decided."""
    session.execute(text("DROP TABLE IF EXISTS positions"))
    session.execute(
        text(_POSITIONS),
        {
            "programme": past.programme, "period": past.period, "month": past.month,
            "assessment": past.assessment_id, "in_reach": past.in_reach, "is_over": past.is_over,
            "active": list(ACTIVE),
        },
    )  # fmt: skip
