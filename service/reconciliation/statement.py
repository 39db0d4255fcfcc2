"""Receive a bank's account statement: through the gate, then read by what it is."""

from contextlib import suppress

from sqlalchemy.orm import Session

from bank_adapters.recognise import STATEMENTS, recognise
from service.audit.actor import Actor
from service.ledger.models import BankChannel
from service.reconciliation.answer import take_reply
from service.reconciliation.book import take_statement
from service.reconciliation.keep import Again, StillQuarantined, seen_before
from service.reconciliation.models import InboundFile
from service.reconciliation.quarantine.queries import was_rejected


def receive_statement(
    session: Session, channel: BankChannel, name: str, content: bytes, *, by: Actor
) -> InboundFile:
    """Read a statement file completely and post its entries in this transaction.

    The same bytes again change nothing, but for a statement that was kept only because its day was
    closed, once the day is open again. A status report or a notice among the statements is recognised
    by its content: it moves payments, and no cash.
    """
    known = seen_before(session, channel, content, by=by)
    if known is not None:
        return take_if_open(session, channel, known, content, by=by)
    message = recognise(content)
    if message is None or message in STATEMENTS:
        return take_statement(session, channel, name, content, message, by=by)
    return take_reply(session, channel, name, content, message, by=by)


def take_if_open(
    session: Session, channel: BankChannel, file: InboundFile, content: bytes, *, by: Actor
) -> InboundFile:
    """Book a statement whose only fault was that its day was closed, if it is open now."""
    codes = {fault["code"] for fault in file.faults if fault["fatal"]}
    waits = file.state == "quarantined" and not was_rejected(session, file)
    if waits and file.kind == "statement" and codes == {"day_closed"}:
        with suppress(StillQuarantined), session.begin_nested():
            again = Again(file)
            return take_statement(
                session, channel, file.file_name, content, recognise(content), by=by, again=again
            )
    return file
