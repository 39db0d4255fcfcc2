"""Re-issue what failed, once its account was corrected: new lines that name the old ones.

The failed line is never edited. The new line keeps the entitlement (programme, subject, period)
and counts one attempt more, so that an old and a new line can never both be paid for it unless the
old one's money has come back.
"""

import secrets

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.build import batch_no, fill, next_run_no
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.foundation import clock, ids

_CORRECTED = """
CREATE TEMPORARY TABLE building ON COMMIT DROP AS
WITH old AS (
    SELECT p.* FROM payments p JOIN batches b ON b.id = p.batch_id
    WHERE p.programme = :programme AND b.month = :month AND p.state IN ('rejected', 'returned')
),
corrected AS (
    SELECT old.*, a.id AS new_account, a.card_index, a.status AS account_status, a.bank_code,
           a.person_id AS holder
    FROM old JOIN accounts a ON a.person_id = old.payee_person_id AND a.known_to IS NULL
    WHERE a.id <> old.account_id
)
SELECT nextval(pg_get_serial_sequence('payments', 'id')) AS id,
       c.decision_id, c.period, c.line_type, c.attempt + 1 AS attempt, c.id AS replaces_id,
       c.subject_kind, c.subject_id, c.payee_person_id,
       CASE WHEN c.subject_kind = 'person' THEN c.subject_id END AS subject_person_id,
       c.division, c.amount_fen,
       CASE WHEN v.verdict = 'match' THEN v.holder_name ELSE person.name END AS payee_name,
       v.verdict, c.new_account AS account_id, c.card_index, c.account_status,
       (SELECT ch.id FROM bank_channels ch
        WHERE ch.bank_code_prefixes = '' OR EXISTS (
            SELECT 1 FROM unnest(string_to_array(ch.bank_code_prefixes, ',')) AS prefix
            WHERE starts_with(c.bank_code, prefix))
        ORDER BY ch.bank_code_prefixes = '', ch.code LIMIT 1) AS channel_id
FROM corrected c
LEFT JOIN persons person ON person.id = c.payee_person_id
LEFT JOIN account_verifications v ON v.card_index = c.card_index AND v.person_id = c.holder
ORDER BY c.id
"""


def reissue(session: Session, programme: str, month: str, *, by: Actor) -> Batch | None:
    """Build a re-issue batch of the month's failed lines whose payee has another account now.

    Returns None when nothing was corrected. The batch goes through the same approvals.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    session.execute(text("DROP TABLE IF EXISTS building, building_holds"))
    session.execute(text(_CORRECTED), {"programme": programme, "month": month})
    replaced = list(session.scalars(text("SELECT replaces_id FROM building")))
    batch = fill(session, lambda: _new_batch(session, programme, month), by=by)
    if batch is None:
        return None
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
