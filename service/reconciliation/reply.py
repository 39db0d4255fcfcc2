"""Receive a bank's reply: through the gate, then read by what it is."""

from sqlalchemy.orm import Session

from bank_adapters.recognise import STATEMENTS, Message, recognise
from service.audit.actor import Actor
from service.ledger.models import BankChannel
from service.reconciliation.answer import take_reply
from service.reconciliation.book import take_statement
from service.reconciliation.cancellations.receive import take_answer
from service.reconciliation.keep import seen_before
from service.reconciliation.models import InboundFile


def receive_reply(
    session: Session, channel: BankChannel, name: str, content: bytes, *, by: Actor
) -> InboundFile:
    """Read a file completely, then move its payments and post its money in this transaction.

    The same bytes again change nothing. A statement among the replies is recognised by its content
    and booked as one.
    """
    known = seen_before(session, channel, content, by=by)
    if known is not None:
        return known
    message = recognise(content)
    if message is Message.CANCELLATION_ANSWER:
        return take_answer(session, channel, name, content, by=by)
    if message in STATEMENTS:
        return take_statement(session, channel, name, content, message, by=by)
    return take_reply(session, channel, name, content, message, by=by)
