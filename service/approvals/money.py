"""What an approval does to the programme's money, and what a return undoes."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from service.batches.models import Batch, Payment
from service.ledger.appropriate import commit
from service.ledger.models import Appropriation
from service.ledger.post import account_code, post


def commit_money(session: Session, batch: Batch, *, on: date) -> None:
    """Commit a batch against the year's appropriation; a re-issue uses money already there.

    What was rejected never left the commitment; what came back waits in ``returned_held`` and is
    committed from there.
    """
    amount_fen = batch.frozen_fen or 0
    event_id = f"{batch.id}:{batch.round}"
    year = int(batch.month[:4])
    if batch.kind != "reissue":
        commit(session, batch.programme, year, amount_fen, batch=event_id, on=on)
        return
    came_back = _returned_fen(session, batch)
    post(
        session,
        "batch.recommitted",
        event_id,
        {
            account_code("commitments", programme=batch.programme): came_back,
            account_code("returned_held", programme=batch.programme): -came_back,
        },
        booked_on=on,
    )


def release_money(session: Session, batch: Batch, *, on: date) -> None:
    """Undo what the approval of this round committed."""
    amount_fen = batch.frozen_fen or 0
    other = account_code("returned_held", programme=batch.programme)
    if batch.kind != "reissue":
        other = account_code("available", programme=batch.programme)
        session.execute(
            update(Appropriation)
            .where(
                Appropriation.programme == batch.programme,
                Appropriation.year == int(batch.month[:4]),
            )
            .values(committed_fen=Appropriation.committed_fen - amount_fen)
        )
    else:
        amount_fen = _returned_fen(session, batch)
    post(
        session,
        "batch.released",
        f"{batch.id}:{batch.round}",
        {other: amount_fen, account_code("commitments", programme=batch.programme): -amount_fen},
        booked_on=on,
    )


def _returned_fen(session: Session, batch: Batch) -> int:
    """Return how much of a re-issue batch replaces payments whose money came back."""
    old = aliased(Payment)
    rows = session.execute(
        select(Payment.amount_fen, old.settled_on)
        .join(old, old.id == Payment.replaces_id)
        .where(Payment.batch_id == batch.id, Payment.state != "held")
    )
    return sum(amount_fen for amount_fen, settled_on in rows if settled_on is not None)
