"""How short the year's money is for a list, and what share of it is the list's."""

from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.batches.instalments.models import InstalmentPart
from service.batches.models import Batch, Payment
from service.ledger.models import Appropriation

OPEN = ("draft", "returned", "frozen", "noticed")
"""States of lists that ask for money and have none committed yet."""


@dataclass(frozen=True)
class Shortage:
    """The year's money for a programme, and who asks for it; all in fen."""

    left_fen: int
    wanted_fen: int
    """What the list would pay now."""
    due_fen: int
    """What is due on the list: what it would pay now, and what of it waits already."""
    asked_fen: int
    """What is due on all open lists of the programme and year, this one with them."""

    @property
    def is_short(self) -> bool:
        """Whether the list would pay more than its share of what is left."""
        return self.wanted_fen > self.share_fen

    @property
    def share_fen(self) -> int:
        """What the list may pay now, so that every open list gets the same share."""
        if self.asked_fen <= self.left_fen:
            return self.wanted_fen
        return min(self.wanted_fen, self.due_fen * max(self.left_fen, 0) // self.asked_fen)


def shortage(session: Session, batch: Batch, *, lock: bool = False) -> Shortage:
    """Return how the year's money stands for a list; ``lock`` keeps others from changing it meanwhile."""
    year = int(batch.month[:4])
    found = select(Appropriation).where(
        Appropriation.programme == batch.programme, Appropriation.year == year
    )
    if lock:
        found = found.with_for_update().execution_options(populate_existing=True)
    appropriation = session.scalars(found).first()
    left = appropriation.amount_fen - appropriation.committed_fen if appropriation else 0
    # What a divided list gave up counts as asked for, or its neighbours would get more than it did.
    waits = select(InstalmentPart.waiting_id).where(InstalmentPart.released_at.is_(None))
    payable = Payment.state.in_(("ready", "frozen"))
    rows = session.execute(
        select(
            Payment.batch_id,
            func.coalesce(func.sum(Payment.amount_fen).filter(payable), 0),
            func.sum(Payment.amount_fen),
        )
        .join(Batch, Batch.id == Payment.batch_id)
        .where(
            Batch.programme == batch.programme,
            func.left(Batch.month, 4) == batch.month[:4],
            Batch.state.in_(OPEN),
            Batch.kind != "reissue",
            or_(payable, Payment.id.in_(waits)),
        )
        .group_by(Payment.batch_id)
    ).all()
    sums = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    wanted, due = sums.get(batch.id, (0, 0))
    return Shortage(left, wanted, due, sum(one for _, one in sums.values()))
