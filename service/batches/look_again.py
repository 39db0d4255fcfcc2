"""Look again at held lines: what corrected data or an officer has cleared can be paid now.

A line held when its list froze stayed behind. Once nothing holds it any more it moves – it was
never on a frozen list – to a new batch of the same programme and month, and goes through the same
notice, approval and signature. A line that is not due any more as it stands is left held.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from service.assessment.models import Assessment
from service.audit.actor import Actor
from service.batches import controls
from service.batches.address import address
from service.batches.build import new_batch, tell_built
from service.batches.heirs.divide import divide_held
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.part import WHOLE, Part
from service.batches.switches.models import ControlSwitch
from service.batches.switches.off import off_for, say_off
from service.foundation import clock

_HELD = """
SELECT p.id, p.decision_id, p.period, p.line_type, p.attempt, p.replaces_id, p.mends_id, p.subject_kind,
       p.subject_id, p.payee_person_id, p.division, p.amount_fen
FROM payments p
JOIN batches b ON b.id = p.batch_id
LEFT JOIN persons subject ON p.subject_kind = 'person' AND subject.id = p.subject_id
LEFT JOIN persons payee ON payee.id = p.payee_person_id
JOIN decisions d ON d.assessment_id = :assessment AND d.programme = p.programme
 AND d.subject_kind = p.subject_kind
 AND d.subject_id = coalesce(subject.merged_into, p.subject_id) AND d.period = p.period
 AND d.outcome = 'due' AND CASE WHEN p.line_type = 'estate'
    -- The heirs' lines of a period are right together: each is a part of what is due.
    THEN d.amount_fen >= (
        SELECT sum(x.amount_fen + coalesce((
            SELECT sum(o.offset_fen) FROM recovery_offsets o WHERE o.payment_id = x.id), 0))
        FROM payments x
        WHERE x.programme = p.programme AND x.subject_kind = p.subject_kind
          AND x.subject_id = p.subject_id AND x.period = p.period AND x.state <> 'reissued')
    ELSE d.amount_fen = coalesce(p.entitled_fen, p.amount_fen) + coalesce((
        SELECT sum(o.offset_fen) FROM recovery_offsets o
        WHERE o.payment_id IN (p.id, CASE WHEN p.entitled_fen > 0 THEN p.mends_id END)), 0) END
LEFT JOIN persons due_to ON due_to.id = d.payee_person_id
WHERE (p.line_type = 'estate' OR coalesce(due_to.merged_into, d.payee_person_id)
        IS NOT DISTINCT FROM coalesce(payee.merged_into, p.payee_person_id))
  AND p.state = 'held' AND p.programme = :programme AND b.month = :month
  AND (:place = '' OR starts_with(p.division, :place))
  AND p.id NOT IN (SELECT waiting_id FROM instalment_parts WHERE released_at IS NULL)
"""
_ACCOUNTS = """
UPDATE payments p
SET payee_person_id = b.payee_person_id, payee_name = b.payee_name, account_id = b.account_id,
    channel_id = b.channel_id, line_type = b.line_type, attempt = b.attempt
FROM building b
WHERE p.id = b.id
  AND (p.payee_person_id, p.payee_name, p.account_id, p.channel_id, p.line_type, p.attempt)
    IS DISTINCT FROM
      (b.payee_person_id, b.payee_name, b.account_id, b.channel_id, b.line_type, b.attempt)
"""
_HOLDS_GONE = """
UPDATE payment_holds h SET cleared_at = :at, cleared_by = 'data', cleared_reason = ''
FROM building b
WHERE h.payment_id = b.id AND h.cleared_at IS NULL
  AND NOT EXISTS (SELECT 1 FROM building_holds x WHERE x.id = h.payment_id AND x.control = h.control)
"""
_FREE = """
SELECT b.id FROM building b
WHERE NOT EXISTS (SELECT 1 FROM payment_holds h WHERE h.payment_id = b.id AND h.cleared_at IS NULL)
"""


def look_again(
    session: Session, assessment: Assessment, programme: str, *, by: Actor, part: Part = WHOLE
) -> Batch | None:
    """Screen held lines of a part of the month again; return the new batch that took freed ones.

    The caller holds the programme's build lock or runs where nobody else builds. Freed lines of a
    batch that is not frozen yet become ready where they are.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"build:{programme}"},
    )
    return free(
        session,
        _HELD,
        {
            "assessment": assessment.id,
            "programme": programme,
            "month": assessment.month,
            "place": part.division,
        },
        lambda: new_batch(session, assessment, programme, part),
        of=(programme, assessment.month),
        on=("assessments", assessment.id),
        by=by,
    )


def free(
    session: Session,
    held: str,
    said: dict[str, Any],
    make: Callable[[], Batch],
    *,
    of: tuple[str, str],
    on: tuple[str, object],
    by: Actor,
) -> Batch | None:
    """Screen the lines that ``held`` selects again; return the batch of ``make`` that took freed ones.

    ``held`` is SQL for the columns of :data:`~service.batches.address.WANTED`, ``said`` its values;
    ``of`` are the programme and the month.
    The caller holds the programme's build lock.
    """
    fresh = divide_held(session, held, said, make, on=on, by=by)
    if not address(session, held, **said):
        return None
    off = off_for(session, *of)
    hits = controls.screen(session, [switch.control for switch in off])
    session.execute(text(_ACCOUNTS))
    controls.keep_holds(session)
    session.execute(text(_HOLDS_GONE), {"at": clock.now()})
    freed = list(session.scalars(text(_FREE)))
    if not freed:
        if fresh:
            _tell(session, fresh, off, hits, by)
        return fresh
    open_batches = select(Batch.id).where(Batch.state.in_(("draft", "returned")))
    staying = Payment.id.in_(freed) & Payment.batch_id.in_(open_batches)
    if off:
        _say_off_where_they_stay(session, freed, off)
    move_lines(session, staying, now="held", then="ready", by=by, on=on)
    moving = list(
        session.scalars(select(Payment.id).where(Payment.id.in_(freed), Payment.state == "held"))
    )
    if not moving:
        if fresh:
            _tell(session, fresh, off, hits, by)
        return fresh
    batch = fresh or make()
    session.execute(
        update(Payment)
        .where(Payment.id.in_(moving))
        .values(batch_id=batch.id)
        .execution_options(synchronize_session=False)
    )
    move_lines(
        session, Payment.id.in_(moving), now="held", then="ready", by=by, on=("batches", batch.id)
    )
    _tell(session, batch, off, hits, by)
    return batch


def _tell(
    session: Session, batch: Batch, off: list[ControlSwitch], hits: dict[str, int], by: Actor
) -> None:
    say_off(batch, off)
    lines = session.scalar(select(func.count()).where(Payment.batch_id == batch.id))
    tell_built(session, batch, by=by, details={"lines": lines, "hits": hits})


def _say_off_where_they_stay(session: Session, freed: list[int], off: list[ControlSwitch]) -> None:
    """Lines freed in a list that is not frozen yet were screened without these controls."""
    staying = session.scalars(
        select(Batch).where(
            Batch.state.in_(("draft", "returned")),
            Batch.id.in_(select(Payment.batch_id).where(Payment.id.in_(freed))),
        )
    )
    for batch in staying:
        say_off(batch, off)
