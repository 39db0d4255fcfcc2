"""Re-issue what failed, once its account was corrected: new lines that name the old ones.

The failed line is never edited. The new line keeps the entitlement (programme, subject, period)
and counts one attempt more, so that an old and a new line can never both be paid for it unless the
old one's money has come back.
"""

import secrets

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.address import address
from service.batches.build import batch_no, fill, next_run_no
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.foundation import clock, ids

_CORRECTED = """
SELECT nextval(pg_get_serial_sequence('payments', 'id')) AS id, p.decision_id, p.period,
       p.line_type, p.attempt + 1 AS attempt, p.id AS replaces_id, p.subject_kind, p.subject_id,
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
WHERE p.programme = :programme AND b.month = :month AND p.state IN ('rejected', 'returned')
  AND a.id <> p.account_id
"""


def reissue(session: Session, programme: str, month: str, *, by: Actor) -> Batch | None:
    """Build a re-issue batch of the month's failed lines whose payee has another account now.

    Returns None when nothing was corrected. The batch goes through the same approvals.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    if not address(session, _CORRECTED, programme=programme, month=month):
        return None
    replaced = list(session.scalars(text("SELECT replaces_id FROM building")))
    batch = fill(session, lambda: _new_batch(session, programme, month), by=by)
    for now in ("rejected", "returned"):
        move_lines(
            session,
            Payment.id.in_(replaced),
            now=now,
            then="reissued",
            by=by,
            on=("batches", batch.id),
        )
    return batch


def _new_batch(session: Session, programme: str, month: str) -> Batch:
    first = session.scalars(
        select(Batch)
        .where(Batch.programme == programme, Batch.month == month)
        .order_by(Batch.run_no)
    ).first()
    run_no = next_run_no(session, programme, month)
    batch = Batch(
        id=ids.uuid7(),
        state="draft",
        batch_no=batch_no(programme, month, run_no),
        programme=programme,
        month=month,
        run_no=run_no,
        kind="reissue",
        assessment_id=first.assessment_id if first else None,
        snapshot_digest=first.snapshot_digest if first else "",
        rule_digest=first.rule_digest if first else "",
        built_at=clock.now(),
        comparison={},
        salt=secrets.token_bytes(32),
    )
    session.add(batch)
    session.flush()
    return batch
