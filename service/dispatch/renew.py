"""Have a list signed anew whose pay day is over at a bank that takes no file for a day gone by."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.again import sign_again
from service.audit.actor import SYSTEM
from service.batches import queries as batch_queries
from service.batches.models import Batch
from service.dispatch import queries
from service.dispatch.models import BankFile
from service.dispatch.pay_day import is_over
from service.foundation import clock
from service.foundation.jobs import enqueue, job
from service.ledger.models import BankChannel
from service.notices.check import require_same_clock
from service.signing.alarm import alarmed

REASON = "The pay day that was signed is over at the bank. 所签的支付日期银行已截止。"


def is_due(session: Session, batch: Batch, files: Sequence[BankFile]) -> bool:
    """Return whether a batch must be signed anew: nothing of it has begun, and a file is too late."""
    if batch.state not in ("prepared", "signed") or not files:
        return False
    if any(file.intent_at is not None or file.state != "prepared" for file in files):
        return False
    return any(is_over(one, session.get_one(BankChannel, one.channel_id)) for one in files)


def ask(session: Session, batch: Batch) -> None:
    """Ask for the files to be made anew; asking twice on a day asks once."""
    key = f"{batch.id}:{batch.round}:{clock.today()}"
    enqueue(session, "dispatch.renew", key, batch_id=batch.id)


def ask_where_due(session: Session) -> int:
    """Ask for every list whose day is over, also those that nobody has signed; return how many."""
    refusing = (
        select(BankFile.batch_id)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .where(BankFile.state == "prepared", BankChannel.late_file == "refused")
    )
    found = session.scalars(
        select(Batch)
        .where(Batch.state.in_(("prepared", "signed")), Batch.id.in_(refusing))
        .order_by(Batch.batch_no)
    ).all()
    due = [one for one in found if is_due(session, one, queries.of_batch(session, one))]
    for batch in due:
        ask(session, batch)
    return len(due)


@job("dispatch.renew", queue="bank")
def renew(session: Session, batch_id: str) -> None:
    """Begin a round for signatures only; a batch of which something has begun stays as it is.

    Raises ClocksDiffer: whoever jumped a year ahead would have every list signed anew.
    """
    batch = batch_queries.locked(session, UUID(batch_id))
    if not is_due(session, batch, queries.of_batch(session, batch)):
        return
    require_same_clock(session)
    with alarmed(batch):
        sign_again(session, batch, by=SYSTEM, reason=REASON, on=clock.today())
