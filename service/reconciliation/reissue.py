"""Re-issue what failed, once its account was corrected, and what was held and released: new lines.

Each names the old one, which is never edited. The new line keeps the entitlement (programme, subject, period)
and counts an attempt of its own, so that an old and a new line can never both be paid for it unless the
old one's money has come back. What the bank calls paid after all, or has taken again after it came
back, is not paid a second time.
"""

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.address import address
from service.batches.build import draft, fill
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.recoveries import netting
from service.foundation.ids import reference_of

_CORRECTED = """
SELECT nextval(pg_get_serial_sequence('payments', 'id')) AS id, p.decision_id, p.period,
       p.line_type, (
           SELECT max(x.attempt) FROM payments x
           WHERE x.programme = p.programme AND x.subject_kind = p.subject_kind
             AND x.subject_id = p.subject_id AND x.period = p.period AND x.line_type = p.line_type
       ) + row_number() OVER (
           PARTITION BY p.subject_kind, p.subject_id, p.period, p.line_type ORDER BY p.id
       ) AS attempt, p.id AS replaces_id, p.mends_id, p.subject_kind, p.subject_id,
       p.payee_person_id, p.division, p.amount_fen
FROM payments p
JOIN batches b ON b.id = p.batch_id
JOIN persons payee ON payee.id = p.payee_person_id
JOIN LATERAL (
    -- The account that address() will choose: the newest of the human being's, under any number.
    SELECT a.id FROM accounts a
    WHERE a.known_to IS NULL AND a.person_id IN (
        SELECT h.id FROM persons h
        WHERE h.id = coalesce(payee.merged_into, payee.id)
           OR h.merged_into = coalesce(payee.merged_into, payee.id))
    ORDER BY a.known_from DESC, a.id DESC LIMIT 1) a ON true
WHERE p.programme = :programme AND b.month = :month
  AND ((p.state IN ('rejected', 'returned') AND a.id <> p.account_id)
       -- Left out of a signed list, and released since: its account was never the question.
       OR (p.state = 'withheld' AND EXISTS (
           SELECT FROM held_lines h WHERE h.payment_id = p.id AND h.ended_how = 'released')))
  -- While a bank is asked to cancel it, or contradicts itself about it, nobody knows that it failed.
  AND NOT EXISTS (SELECT FROM recall_lines r
                  WHERE r.payment_id = p.id AND r.state IN ('asked', 'disputed'))
  -- What this line was issued instead of was paid after all, or was paid beside it.
  AND NOT EXISTS (
      WITH RECURSIVE earlier AS (
          SELECT x.state, x.replaces_id FROM payments x WHERE x.id = p.replaces_id
          UNION ALL
          SELECT x.state, x.replaces_id FROM payments x JOIN earlier e ON x.id = e.replaces_id)
      SELECT FROM earlier WHERE state = 'paid')
  AND NOT EXISTS (SELECT FROM double_payments d WHERE d.first_id = p.id)
  -- A bank that corrected itself has paid, until it says again that it refused.
  AND NOT EXISTS (
      SELECT FROM reply_lines late
      WHERE late.payment_id = p.id AND late.said = 'paid' AND late.outcome = 'contradiction'
        AND NOT EXISTS (SELECT FROM reply_lines last
                        WHERE last.payment_id = p.id AND last.said = 'rejected'
                          AND last.id > late.id AND last.outcome IN ('moved', 'unchanged'))
        AND NOT EXISTS (SELECT FROM reply_line_resolutions r WHERE r.reply_line_id = late.id))
  AND p.id <> ALL(CAST(:undone AS bigint[]))
"""
# Came back, and was taken again from our account under its own reference: the payee has it after all.
_UNDONE = """
SELECT w.id FROM unnest(CAST(:ids AS bigint[]), CAST(:references AS text[])) AS w(id, reference)
WHERE EXISTS (
    SELECT FROM statement_lines d
    WHERE d.reference = w.reference AND d.signed_fen < 0 AND d.matched = 'unidentified'
      AND NOT EXISTS (SELECT FROM statement_replacements x WHERE x.statement_id = d.statement_id)
      AND d.id > (SELECT max(c.id) FROM statement_lines c
                  WHERE c.payment_id = w.id AND c.matched = 'return'))
"""


def reissue(session: Session, programme: str, month: str, *, by: Actor) -> Batch | None:
    """Build a re-issue batch of the month's failed lines whose payee has another account now.

    Lines that were left out of a signed list go with them once they are released. Returns None when
    there is nothing of either. The batch goes through the same approvals.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    undone = _undone(session, programme, month)
    if not address(session, _CORRECTED, programme=programme, month=month, undone=undone):
        return None
    replaced = list(session.scalars(text("SELECT replaces_id FROM building")))
    batch = fill(session, lambda: _new_batch(session, programme, month), by=by)
    netting.keep(session, [])
    for now in ("rejected", "returned", "withheld"):
        move_lines(
            session,
            Payment.id.in_(replaced),
            now=now,
            then="reissued",
            by=by,
            on=("batches", batch.id),
        )
    return batch


def _undone(session: Session, programme: str, month: str) -> list[int]:
    """Return the returned lines of a month whose return the bank itself has undone."""
    came_back = session.scalars(
        select(Payment.id)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Batch.programme == programme, Batch.month == month, Payment.state == "returned")
    ).all()
    references = [reference_of(one) for one in came_back]
    given = {"ids": list(came_back), "references": references}
    return list(session.scalars(text(_UNDONE), given)) if came_back else []


def _new_batch(session: Session, programme: str, month: str) -> Batch:
    first = session.scalars(
        select(Batch)
        .where(Batch.programme == programme, Batch.month == month)
        .order_by(Batch.run_no)
    ).first()
    return draft(
        session,
        programme,
        month,
        kind="reissue",
        assessment_id=first.assessment_id if first else None,
        snapshot_digest=first.snapshot_digest if first else "",
        rule_digest=first.rule_digest if first else "",
    )
