"""How far cases have come: what is asked, what came back, what is on its way, what is left.

An offset counts as soon as its line exists, so that nothing is kept twice; it is settled when the
line is paid. What came back answers for a case's months in their order.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

_SUMS = """
SELECT c.id AS case_id,
       coalesce((SELECT sum(i.amount_fen) FROM recovery_items i WHERE i.case_id = c.id), 0)
     - coalesce((SELECT sum(r.amount_fen) FROM recovery_reductions r
                 JOIN recovery_items i ON i.id = r.item_id WHERE i.case_id = c.id), 0) AS asked_fen,
       coalesce((SELECT sum(o.offset_fen) FROM recovery_offsets o
                 JOIN payments p ON p.id = o.payment_id
                 WHERE o.case_id = c.id AND p.state <> 'reissued'), 0) AS kept_fen,
       coalesce((SELECT sum(o.offset_fen) FROM recovery_offsets o
                 JOIN payments p ON p.id = o.payment_id
                 WHERE o.case_id = c.id AND p.state = 'paid'), 0) AS kept_paid_fen,
       coalesce((SELECT sum(r.amount_fen) FROM recovery_receipts r WHERE r.case_id = c.id), 0)
           AS received_fen
FROM recovery_cases c
"""

ITEMS = f"""
SELECT i.id AS item_id, c.id AS case_id, c.state, c.subject_kind, c.subject_id, i.period,
       i.asked_fen, least(i.asked_fen, greatest(0, s.kept_fen + s.received_fen - (i.up_to - i.asked_fen)))
           AS recovered_fen
FROM (
    SELECT i.id, i.case_id, i.period, i.asked_fen,
           sum(i.asked_fen) OVER (PARTITION BY i.case_id ORDER BY i.period) AS up_to
    FROM (
        SELECT i.id, i.case_id, i.period, i.amount_fen - coalesce((
                   SELECT sum(r.amount_fen) FROM recovery_reductions r WHERE r.item_id = i.id), 0)
               AS asked_fen
        FROM recovery_items i
    ) i
) i
JOIN recovery_cases c ON c.id = i.case_id
JOIN ({_SUMS}) s ON s.case_id = c.id
"""  # noqa: S608 - constants of this module
"""One row a month of a case: what is asked for it, and how much of that has come back."""


@dataclass(frozen=True)
class Standing:
    """A case's figures in fen."""

    asked_fen: int
    kept_fen: int
    """Kept from later lines, paid or on their way."""
    kept_paid_fen: int
    received_fen: int

    @property
    def left_fen(self) -> int:
        """What may still be asked for; nothing of it is on its way."""
        return self.asked_fen - self.kept_fen - self.received_fen

    @property
    def settled_fen(self) -> int:
        """What has really come back."""
        return self.kept_paid_fen + self.received_fen


def standings(session: Session, case_ids: list[UUID]) -> dict[UUID, Standing]:
    """Return the figures of cases."""
    if not case_ids:
        return {}
    rows = session.execute(text(f"{_SUMS} WHERE c.id = ANY(:ids)"), {"ids": case_ids})
    return {
        row.case_id: Standing(
            int(row.asked_fen), int(row.kept_fen), int(row.kept_paid_fen), int(row.received_fen)
        )
        for row in rows
    }


def standing(session: Session, case_id: UUID) -> Standing:
    """Return one case's figures."""
    return standings(session, [case_id])[case_id]
