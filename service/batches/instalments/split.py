"""Split a list: each line is paid the same share now, and the rest of it waits as a line of its own."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.audit.record import record
from service.batches import queries
from service.batches.instalments.dividers import require_may_divide
from service.batches.instalments.models import InstalmentSplit
from service.batches.instalments.problems import NotShort, ShareUnusable
from service.batches.instalments.share import SHARES
from service.batches.instalments.short import shortage
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.foundation import clock, ids
from service.officers.models import Officer

CODE = "funds_short"
_READY = "SELECT id, amount_fen FROM payments WHERE batch_id = :batch AND state = 'ready'"
_SHARING = f"CREATE TEMPORARY TABLE sharing ON COMMIT DROP AS {SHARES.format(lines=_READY)}"
# What waits is a line of its own type; it belongs to the line that was due first.
_CUT = """
CREATE TEMPORARY TABLE cut ON COMMIT DROP AS
SELECT s.id AS cut_id, s.amount_fen AS due_fen, s.now_fen, s.amount_fen - s.now_fen AS waiting_fen,
       CASE WHEN s.now_fen = 0 THEN s.id ELSE nextval(pg_get_serial_sequence('payments', 'id')) END
           AS waiting_id,
       CASE WHEN earlier.waiting_id IS NOT NULL THEN p.mends_id ELSE p.id END AS first_id,
       coalesce(p.entitled_fen, p.amount_fen) AS entitled_fen
FROM sharing s
JOIN payments p ON p.id = s.id
LEFT JOIN (
    SELECT DISTINCT waiting_id FROM instalment_parts WHERE waiting_id <> cut_id
) earlier ON earlier.waiting_id = p.id
WHERE s.now_fen < s.amount_fen
"""
_WAITING = """
INSERT INTO payments (id, batch_id, state, programme, period, line_type, attempt, subject_kind,
    subject_id, payee_person_id, payee_name, division, account_id, channel_id, amount_fen,
    entitled_fen, decision_id, mends_id)
OVERRIDING SYSTEM VALUE
SELECT c.waiting_id, p.batch_id, 'held', p.programme, p.period, 'instalment',
       1 + coalesce((
           SELECT max(x.attempt) FROM payments x
           WHERE x.programme = p.programme AND x.subject_kind = p.subject_kind
             AND x.subject_id = p.subject_id AND x.period = p.period
             AND x.line_type = 'instalment'), 0)
         + (row_number() OVER (PARTITION BY p.subject_kind, p.subject_id, p.period
                               ORDER BY c.cut_id))::integer - 1,
       p.subject_kind, p.subject_id, p.payee_person_id, p.payee_name, p.division, p.account_id,
       p.channel_id, c.waiting_fen, c.entitled_fen, p.decision_id, c.first_id
FROM cut c JOIN payments p ON p.id = c.cut_id
WHERE c.now_fen > 0
"""
_PARTS = """
INSERT INTO instalment_parts (waiting_id, split_id, cut_id, due_fen, waiting_fen)
SELECT waiting_id, :split, cut_id, due_fen, waiting_fen FROM cut
"""
_REDUCED = """
UPDATE payments p SET amount_fen = c.now_fen, entitled_fen = c.entitled_fen
FROM cut c WHERE p.id = c.cut_id AND c.now_fen > 0
"""
_HOLDS = """
INSERT INTO payment_holds (payment_id, control, version, evidence, found_at)
SELECT waiting_id, :control, 1, jsonb_build_object('due_fen', due_fen, 'waiting_fen', waiting_fen), :at
FROM cut
ON CONFLICT (payment_id, control) DO UPDATE
SET evidence = excluded.evidence, cleared_at = NULL, cleared_by = NULL, cleared_reason = NULL
"""


def split(
    session: Session, batch: Batch, *, by: Officer, now_fen: int | None = None, session_id: str = ""
) -> InstalmentSplit:
    """Pay ``now_fen`` of a draft or returned list now (its share, if not given), the rest later.

    The share is that of every open list of the programme and year, so that nobody comes first.
    Who divides it neither approves nor signs it. Raises NotYoursToDivide, NotBeforeReview, NotShort,
    ShareUnusable.
    """
    batch = queries.locked(session, batch.id)
    require_may_divide(session, batch, by)
    money = shortage(session, batch, lock=True)
    if not money.is_short:
        raise NotShort(batch)
    now = money.share_fen if now_fen is None else now_fen
    if not 0 < now <= money.share_fen:
        raise ShareUnusable(batch, money.share_fen)
    session.execute(text("DROP TABLE IF EXISTS sharing, cut"))
    session.execute(text(_SHARING), {"batch": batch.id, "now": now})
    session.execute(text(_CUT))
    session.execute(text("CREATE INDEX ON cut (cut_id)"))
    session.execute(text("ANALYZE cut"))
    lines = session.scalar(text("SELECT count(*) FROM cut")) or 0
    made = InstalmentSplit(
        id=ids.uuid7(),
        batch_id=batch.id,
        due_fen=money.wanted_fen,
        now_fen=now,
        lines=lines,
        made_by=str(by.id),
        made_at=clock.now(),
    )
    session.add(made)
    session.flush()
    actor = by.actor(session_id)
    session.execute(text(_WAITING))
    session.execute(text(_PARTS), {"split": made.id})
    session.execute(text(_REDUCED))
    session.execute(text(_HOLDS), {"control": CODE, "at": made.made_at})
    whole = Payment.id.in_(list(session.scalars(text("SELECT cut_id FROM cut WHERE now_fen = 0"))))
    move_lines(session, whole, now="ready", then="held", by=actor, on=("batches", batch.id))
    session.expire_all()
    record(
        session,
        "batch.divided",
        by=actor,
        on=("batches", batch.id),
        details={
            "split": str(made.id),
            "lines": lines,
            "due_fen": money.wanted_fen,
            "now_fen": now,
            "left_fen": money.left_fen,
            "asked_fen": money.asked_fen,
        },
    )
    return made
