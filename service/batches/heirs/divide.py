"""Divide a held line among several heirs: one new line for each, in place of the old one.

A line is never edited, so the old one ends and every new one names it. The new ones stay in its
list while that is open; a list that was frozen takes no line any more, then a new one takes them.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.batches.heirs.pay import divided, find_heirs
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment, PaymentHold
from service.foundation import clock

_OPEN = ("draft", "returned")
# What a recovery kept of the old line stays kept, by the first of the new ones.
_OFFSETS = text(
    """
    INSERT INTO recovery_offsets (payment_id, case_id, gross_fen, offset_fen)
    SELECT :new, case_id, gross_fen, offset_fen FROM recovery_offsets WHERE payment_id = :old
    """
)


def divide_held(
    session: Session,
    held: str,
    said: dict[str, Any],
    make: Callable[[], Batch],
    *,
    on: tuple[str, object],
    by: Actor,
) -> Batch | None:
    """Divide those of the lines that ``held`` selects; return the batch of ``make``, where needed."""
    if not find_heirs(session):
        return None
    session.execute(text("DROP TABLE IF EXISTS waiting"))
    session.execute(text(f"CREATE TEMPORARY TABLE waiting ON COMMIT DROP AS {held}"), said)
    made: Batch | None = None
    for line, pieces in divided(session, "waiting"):
        if len(pieces) < 2:
            continue
        old = session.get_one(Payment, line.id, with_for_update=True)
        if session.get_one(Batch, old.batch_id).state not in _OPEN:
            made = made or make()
        _replace(session, old, pieces, made, on=on, by=by)
    return made


def _replace(
    session: Session,
    old: Payment,
    pieces: dict[int, int],
    made: Batch | None,
    *,
    on: tuple[str, object],
    by: Actor,
) -> None:
    is_open = session.get_one(Batch, old.batch_id).state in _OPEN
    same = {
        name: getattr(old, name)
        for name in (
            "programme", "period", "subject_kind", "subject_id", "division", "decision_id",
            "mends_id",
        )
    }  # fmt: skip
    last = session.scalar(
        select(func.max(Payment.attempt)).where(
            *(getattr(Payment, name) == same[name] for name in list(same)[:4]),
            Payment.line_type == "estate",
        )
    )
    new = []
    for number, (heir, fen) in enumerate(pieces.items(), start=(last or 0) + 1):
        new.append(
            session.scalar(
                insert(Payment)
                .values(
                    batch_id=old.batch_id if is_open or made is None else made.id,
                    state="held",
                    line_type="estate",
                    attempt=number,
                    payee_person_id=heir,
                    amount_fen=fen,
                    replaces_id=old.id,
                    **same,
                )
                .returning(Payment.id)
            )
        )
    session.execute(_OFFSETS, {"old": old.id, "new": new[0]})
    session.execute(
        update(PaymentHold)
        .where(PaymentHold.payment_id == old.id, PaymentHold.cleared_at.is_(None))
        .values(cleared_at=clock.now(), cleared_by="data", cleared_reason="")
    )
    move_lines(session, Payment.id == old.id, now="held", then="reissued", by=by, on=on)
