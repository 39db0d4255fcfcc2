"""Receive a bank's account statement: through the gate, then read by what it is."""

from sqlalchemy.orm import Session

from bank_adapters.recognise import STATEMENTS, recognise
from service.audit.actor import Actor
from service.ledger.models import BankChannel
from service.reconciliation.answer import take_reply
from service.reconciliation.book import take_statement
from service.reconciliation.keep import seen_before
from service.reconciliation.models import InboundFile


def receive_statement(
    session: Session, channel: BankChannel, name: str, content: bytes, *, by: Actor
) -> InboundFile:
    """Read a statement file completely and post its entries in this transaction.

    The same bytes again change nothing. A status report or a notice among the statements is
    recognised by its content: it moves payments, and no cash.
    """
    known = seen_before(session, channel, content, by=by)
    if known is not None:
        return known
    message = recognise(content)
    if message is None or message in STATEMENTS:
        return take_statement(session, channel, name, content, message, by=by)
    return take_reply(session, channel, name, content, message, by=by)
