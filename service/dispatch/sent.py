"""What follows once a file is, or may be, at the bank: its payments and their money are in transit."""

from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.batches import queries as batch_queries
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post


def mark_sent(session: Session, file: BankFile) -> None:
    """Move a file's payments to sent, post them in transit, and the batch when all files are gone.

    Unknown counts as sent: the money may be moving. Doing it twice does it once.
    """
    file.sent_at = file.sent_at or clock.now()
    batch = batch_queries.locked(session, file.batch_id)
    channel = session.get_one(BankChannel, file.channel_id)
    move_lines(
        session,
        Payment.bank_file_id == file.id,
        now="frozen",
        then="sent",
        by=SYSTEM,
        on=("bank_files", file.id),
    )
    post(
        session,
        "file.sent",
        str(file.id),
        {
            account_code(
                "in_transit", channel=channel.code, programme=batch.programme
            ): file.amount_fen,
            account_code("commitments", programme=batch.programme): -file.amount_fen,
        },
        booked_on=file.execution_date,
    )
    finish_when_gone(session, batch)


def finish_when_gone(session: Session, batch: Batch) -> None:
    """Move a signed batch to sent once no file of it waits, and on once every file is answered."""
    states = {one.state for one in queries.of_batch(session, batch)}
    if batch.state != "signed" or not states or states & {"prepared", "sending"}:
        return
    move(session, batch, "sent", by=SYSTEM)
    if states == {"answered"}:
        # Its last file was left out whole after the banks had answered the others.
        move(session, batch, "answered", by=SYSTEM)
