"""Answer what needs two people, and do what was asked for once another officer has confirmed it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.ledger.asks.ask import answer
from service.ledger.asks.models import FinanceAsk
from service.ledger.close_year import close_year
from service.ledger.models import LedgerEntry
from service.ledger.reverse import reverse
from service.ledger.settle_held import settle_held
from service.officers.models import Officer
from service.reconciliation.chain import closed_on
from service.reconciliation.quarantine.take import take
from service.reconciliation.queries import channel_by_code
from service.reconciliation.reopen_day import reopen
from service.reconciliation.write_off import write_off


def decide(session: Session, asked: FinanceAsk, *, confirmed: bool, by: Officer) -> None:
    """Confirm or refuse; a confirmed act is done in this transaction. Raises AskRefused, NotAllowed."""
    answer(session, asked, confirmed=confirmed, by=by)
    if confirmed:
        _DONE_BY[asked.kind](session, asked, by=by)


def _reverse(session: Session, asked: FinanceAsk, *, by: Officer) -> None:
    """Take an entry back on its own day while the bank's day is open, else today."""
    old = session.get_one(LedgerEntry, UUID(asked.thing_id))
    bank = channel_by_code(session, old.channel) if old.channel else None
    is_open = bank is not None and not session.scalar(select(closed_on(bank, old.booked_on)))
    on = old.booked_on if is_open else max(clock.today(), old.booked_on)
    reverse(session, old.id, on=on, reason=asked.reason, by=by.actor())


_DONE_BY: dict[str, Callable[..., Any]] = {
    "reopen_day": reopen,
    "write_off": write_off,
    "reverse_entry": _reverse,
    "close_year": close_year,
    "take_file": take,
    "settle_held": settle_held,
}
