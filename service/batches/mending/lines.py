"""Lines for what was paid too little, and held lines that are right after all.

``mending`` gathers the new lines of all months of a programme, ``righted`` the held ones that may be
looked at again; both live until the transaction ends.
"""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.batches.mending.positions import BIRTH_STANDS, PastMonth

_BEGIN = (
    """
    CREATE TEMPORARY TABLE mending (
        id bigint, decision_id bigint, period text, line_type text, attempt integer,
        replaces_id bigint, mends_id bigint, subject_kind text, subject_id bigint,
        payee_person_id bigint, division text, amount_fen bigint) ON COMMIT DROP
    """,
    "CREATE TEMPORARY TABLE righted (id bigint) ON COMMIT DROP",
)

# A line whose fate is open may be paid yet, or never: until it is known, nothing is added to it.
_TOO_LITTLE = f"""
INSERT INTO mending
SELECT nextval(pg_get_serial_sequence('payments', 'id')), q.decision_id, :period, q.line_type,
       1 + coalesce((
           SELECT max(p.attempt) FROM payments p
           WHERE p.programme = :programme AND p.subject_kind = q.subject_kind
             AND p.subject_id = q.decided_about AND p.period = :period
             AND p.line_type = q.line_type), 0),
       NULL, q.first_id, q.subject_kind, q.decided_about, q.payee_person_id, q.division, q.missing_fen
FROM (
    SELECT *, CASE WHEN first_id IS NULL THEN 'arrears' ELSE 'supplementary' END AS line_type,
           due_fen - (listed_fen - recovered_fen) AS missing_fen
    FROM positions
    WHERE NOT is_undecided
) q
WHERE q.missing_fen > 0 AND {BIRTH_STANDS} AND NOT EXISTS (
    SELECT FROM mending m
    WHERE m.subject_kind = q.subject_kind AND m.subject_id = q.decided_about AND m.period = :period)
ORDER BY q.division NULLS LAST, q.decided_about
"""  # noqa: S608 - constants of these modules

_RIGHTED = """
INSERT INTO righted
SELECT p.id
FROM payments p
LEFT JOIN persons s ON p.subject_kind = 'person' AND s.id = p.subject_id
JOIN positions q ON q.subject_kind = p.subject_kind
 AND q.subject_id = coalesce(s.merged_into, p.subject_id)
LEFT JOIN persons payee ON payee.id = p.payee_person_id
LEFT JOIN persons due_to ON due_to.id = q.payee_person_id
WHERE p.programme = :programme AND p.period = :period AND p.state = 'held'
  AND q.due_fen >= q.listed_fen - q.recovered_fen
  AND p.id NOT IN (SELECT waiting_id FROM instalment_parts WHERE released_at IS NULL)
  AND (p.line_type = 'estate' OR coalesce(due_to.merged_into, q.payee_person_id)
      IS NOT DISTINCT FROM coalesce(payee.merged_into, p.payee_person_id))
"""

MENDING = """
SELECT id, decision_id, period, line_type, attempt, replaces_id, mends_id, subject_kind, subject_id,
       payee_person_id, division, amount_fen
FROM mending
"""
RIGHTED = """
SELECT p.id, p.decision_id, p.period, p.line_type, p.attempt, p.replaces_id, p.mends_id,
       p.subject_kind, p.subject_id, p.payee_person_id, p.division, p.amount_fen
FROM payments p
WHERE p.state = 'held' AND (
    p.id IN (SELECT id FROM righted) OR p.replaces_id IN (SELECT id FROM righted))
"""


def begin(session: Session) -> None:
    """Make the two tables that :func:`gather` fills."""
    session.execute(text("DROP TABLE IF EXISTS mending, righted"))
    for statement in _BEGIN:
        session.execute(text(statement))


def gather(session: Session, past: PastMonth) -> None:
    """Add what ``positions`` says is missing, and the held lines that it says are right."""
    said = {"programme": past.programme, "period": past.period}
    session.execute(text(_TOO_LITTLE), {**said, "month": past.month})
    session.execute(text(_RIGHTED), said)
