"""Take a file after all: one officer asks with a reason, another confirms, everything is read anew.

What two people may set aside is only that the bank used an id twice, and that a statement came before
with other content: then the corrected statement replaces the booked one. Wrong totals, wrong accounts
and damaged files are never set aside; the bank sends a correct file.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from bank_adapters.recognise import STATEMENTS, Message
from service.ledger.asks.ask import ask
from service.ledger.asks.models import FinanceAsk
from service.ledger.models import BankChannel
from service.ledger.post import account_code
from service.ledger.queries import balance
from service.officers.models import Officer
from service.reconciliation import chain
from service.reconciliation.answer import take_reply
from service.reconciliation.book import take_statement
from service.reconciliation.keep import Again, content_of
from service.reconciliation.models import BankStatement, InboundFile
from service.reconciliation.quarantine.problems import NotInQuarantine
from service.reconciliation.quarantine.replace import Replacement

KIND = "take_file"
SET_ASIDE = frozenset({"statement_twice", "statement_overlaps", "message_id_twice"})
MAY_HAVE_PASSED = frozenset({"day_closed", "file_unknown", "answered_unsent", "reader_failed"})
"""Faults that lay in what we knew or could then, not in the file."""


def may_be_taken(file: InboundFile) -> bool:
    """Whether nothing is wrong with a file that two people could not set aside or that may have passed."""
    codes = {fault["code"] for fault in file.faults if fault["fatal"]}
    return file.state == "quarantined" and codes <= SET_ASIDE | MAY_HAVE_PASSED


def ask_to_take(session: Session, file: InboundFile, *, reason: str, by: Officer) -> FinanceAsk:
    """Ask another officer to have a file taken; it is tried first, and what was tried is undone.

    The amount of what is asked is by how much the books' cash at the bank would change. Raises
    NotInQuarantine, StillQuarantined, NotReplaceable, AskRefused, NotAllowed.
    """
    channel = session.get_one(BankChannel, file.channel_id)
    details: dict[str, Any] = {"file": file.file_name, "channel": channel.code}

    def put(changes_fen: int) -> FinanceAsk:
        return ask(
            session, KIND, str(file.id),
            amount_fen=changes_fen, reason=reason, details=details, by=by,
        )  # fmt: skip

    cash = account_code("bank_cash", channel=channel.code)
    trial = session.begin_nested()
    try:
        before = balance(session, cash)
        replaced = _take(session, file, put(0), by=by)
        session.flush()
        changes_fen = balance(session, cash) - before
        details["replaces"] = [f"{one.statement_id} {one.booked_on}" for one in replaced]
        details["breaks"] = [one.sentence for one in chain.breaks(session, channel)]
        details["breaks_zh"] = [one.sentence_zh for one in chain.breaks(session, channel)]
    finally:
        trial.rollback()
    return put(changes_fen)


def take(session: Session, asked: FinanceAsk, *, by: Officer) -> InboundFile:
    """Take the file, once another officer has confirmed.

    Raises NotInQuarantine, StillQuarantined, NotReplaceable.
    """
    file = session.get_one(InboundFile, UUID(asked.thing_id))
    _take(session, file, asked, by=by)
    return file


def _take(
    session: Session, file: InboundFile, asked: FinanceAsk, *, by: Officer
) -> list[BankStatement]:
    """Read and apply a file anew; return the statements that it replaced."""
    channel = session.get_one(BankChannel, file.channel_id)
    # From here to the commit no other file of this bank is taken, as when one is received.
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"),
        {"name": f"inbound:{channel.code}"},
    )
    session.refresh(file, with_for_update=True)
    if file.state != "quarantined":
        raise NotInQuarantine
    content, actor = content_of(file), by.actor()
    message = Message(file.message) if file.message else None
    if file.kind == "statement" and (message is None or message in STATEMENTS):
        replacing = Replacement(session, channel, file, asked, by)
        again = Again(file, SET_ASIDE, replacing.make_room)
        take_statement(session, channel, file.file_name, content, message, by=actor, again=again)
        replacing.finish()
        return replacing.replaced
    again = Again(file, SET_ASIDE)
    take_reply(session, channel, file.file_name, content, message, by=actor, again=again)
    return []
