"""What an approval does to the programme's money, and what a return undoes."""

from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from service.batches.models import Batch, Payment
from service.ledger.appropriate import commit
from service.ledger.held import take_held
from service.ledger.models import Appropriation, LedgerAccount, LedgerEntry, LedgerPosting
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
    taken, short_fen = take_held(session, batch.programme, came_back)
    if short_fen:
        # It went to the treasury at a year's end: this year pays it.
        commit(session, batch.programme, on.year, short_fen, batch=event_id, on=on)
    post(
        session,
        "batch.recommitted",
        event_id,
        {account_code("commitments", programme=batch.programme): came_back - short_fen, **taken},
        booked_on=on,
    )


def release_money(session: Session, batch: Batch, *, on: date) -> None:
    """Undo what the approval of this round committed: a re-issue's money goes where it was taken."""
    event_id = f"{batch.id}:{batch.round}"
    amount_fen, year = batch.frozen_fen or 0, int(batch.month[:4])
    back = {account_code("available", programme=batch.programme): amount_fen}
    if batch.kind == "reissue":
        back, amount_fen, year = _committed(session, event_id)
    session.execute(
        update(Appropriation)
        .where(Appropriation.programme == batch.programme, Appropriation.year == year)
        .values(
            committed_fen=Appropriation.committed_fen
            - back.get(account_code("available", programme=batch.programme), 0)
        )
    )
    post(
        session,
        "batch.released",
        event_id,
        {**back, account_code("commitments", programme=batch.programme): -amount_fen},
        booked_on=on,
    )


def _committed(session: Session, event_id: str) -> tuple[dict[str, int], int, int]:
    """Return what a round of a re-issue took from where, its sum, and the year it was booked in."""
    rows = session.execute(
        select(LedgerAccount.code, -LedgerPosting.amount_fen, LedgerEntry.booked_on)
        .join(LedgerPosting, LedgerPosting.account_id == LedgerAccount.id)
        .join(LedgerEntry, LedgerEntry.id == LedgerPosting.entry_id)
        .where(
            LedgerEntry.event_type.in_(("batch.committed", "batch.recommitted")),
            LedgerEntry.event_id == event_id,
            LedgerAccount.kind != "commitments",
        )
    ).all()
    back = {code: int(fen) for code, fen, _ in rows}
    return back, sum(back.values()), rows[0][2].year if rows else 0


def _returned_fen(session: Session, batch: Batch) -> int:
    """Return how much of a re-issue batch replaces payments whose money came back."""
    old = aliased(Payment)
    rows = session.execute(
        select(Payment.amount_fen, old.settled_on)
        .join(old, old.id == Payment.replaces_id)
        .where(Payment.batch_id == batch.id, Payment.state != "held")
    )
    return sum(amount_fen for amount_fen, settled_on in rows if settled_on is not None)
