"""The control equation of a file: sent = paid + failed + returned + in transit, in count and fen.

Kept after everything that moves one of its payments, in the same transaction. The database refuses a
row that does not add up, so what would break it cannot be posted.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation import clock
from service.reconciliation.models import FileControl, InboundFile

_SIDES = ("paid", "failed", "returned", "in_transit")


@dataclass(frozen=True)
class Control:
    """What was sent and what became of it: (payments, fen) each."""

    sent: tuple[int, int]
    paid: tuple[int, int]
    failed: tuple[int, int]
    returned: tuple[int, int]
    in_transit: tuple[int, int]


def keep_control(session: Session, file: BankFile, inbound: InboundFile) -> None:
    """Write where the file stands now. Raises the database's refusal when it does not add up."""
    session.flush()
    found = _figures(session, [file.id])
    values = {
        f"{side}_{unit}": found.get(side, (0, 0))[place]
        for side in _SIDES
        for place, unit in enumerate(("count", "fen"))
    }
    kept = session.get(FileControl, (file.id, inbound.id)) or FileControl(
        bank_file_id=file.id, inbound_file_id=inbound.id
    )
    kept.sent_count, kept.sent_fen, kept.at = file.count, file.amount_fen, clock.now()
    for name, value in values.items():
        setattr(kept, name, value)
    session.add(kept)
    session.flush()


def control(session: Session, files: list[BankFile]) -> Control:
    """Return what was sent with these files beside where their payments stand now."""
    found = _figures(session, [file.id for file in files])
    sent = (sum(file.count for file in files), sum(file.amount_fen for file in files))
    return Control(sent, *(found.get(side, (0, 0)) for side in _SIDES))


def _figures(session: Session, files: list[UUID]) -> dict[str, tuple[int, int]]:
    # What was issued again had failed, or had come back after it was paid.
    side = case(
        (Payment.state == "rejected", "failed"),
        ((Payment.state == "reissued") & Payment.settled_on.is_(None), "failed"),
        (Payment.state.in_(("returned", "reissued")), "returned"),
        (Payment.state.in_(("sent", "unknown")), "in_transit"),
        else_=Payment.state,
    )
    rows = session.execute(
        select(side, func.count(), func.sum(Payment.amount_fen))
        .where(Payment.bank_file_id.in_(files))
        .group_by(side)
    )
    return {name: (count, int(fen)) for name, count, fen in rows}
