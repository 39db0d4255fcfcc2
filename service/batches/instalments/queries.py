"""Read instalments: what waits, and what a split gives each line."""

from dataclasses import dataclass

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from service.batches.instalments.models import InstalmentPart, InstalmentSplit
from service.batches.instalments.share import SHARES
from service.batches.models import Batch, Payment
from service.foundation.ids import reference_of

PREVIEW_LINES = 20
_PREVIEW = f"""
SELECT shared.id, p.payee_name, shared.amount_fen, shared.now_fen
FROM ({SHARES.format(lines="SELECT id, amount_fen FROM payments WHERE batch_id = :batch AND state IN ('ready', 'frozen')")}) shared
JOIN payments p ON p.id = shared.id ORDER BY shared.id LIMIT {PREVIEW_LINES}
"""  # noqa: S608 - constants of these modules


@dataclass(frozen=True)
class Shared:
    """One line of a preview; amounts in fen."""

    reference: str
    payee_name: str | None
    due_fen: int
    now_fen: int


def preview(session: Session, batch: Batch, now_fen: int) -> list[Shared]:
    """Return what the first lines of a list would get if it paid ``now_fen`` now."""
    rows = session.execute(text(_PREVIEW), {"batch": batch.id, "now": now_fen})
    return [
        Shared(reference_of(row.id), row.payee_name, int(row.amount_fen), int(row.now_fen))
        for row in rows
    ]


def splits_of(session: Session, batch: Batch) -> list[InstalmentSplit]:
    """Return the splits of a list, the first one first."""
    found = select(InstalmentSplit).where(InstalmentSplit.batch_id == batch.id)
    return list(session.scalars(found.order_by(InstalmentSplit.made_at, InstalmentSplit.id)))


def waiting_of(session: Session, batch: Batch) -> tuple[int, int]:
    """Return how many rests of a list's lines still wait for money, and their fen."""
    count, fen = session.execute(
        select(func.count(), func.coalesce(func.sum(InstalmentPart.waiting_fen), 0))
        .join(Payment, Payment.id == InstalmentPart.waiting_id)
        .where(Payment.batch_id == batch.id, InstalmentPart.released_at.is_(None))
    ).one()
    return int(count), int(fen)


def waits_for_money(session: Session, payment: Payment) -> bool:
    """Return whether a line waits for the appropriation to be raised."""
    waits = exists().where(
        InstalmentPart.waiting_id == payment.id, InstalmentPart.released_at.is_(None)
    )
    return bool(session.scalar(select(waits)))


def hundredths(basis_points: int) -> str:
    """Return hundredths of a percent as people read them: ``60``, ``33.3``, ``33.33``."""
    whole, rest = divmod(basis_points, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")
