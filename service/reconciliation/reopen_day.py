"""Re-open a closed bank day: two people and a reason; later days first; nothing is taken away."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.record import record
from service.foundation import clock
from service.ledger.asks.ask import AskRefused, ask
from service.ledger.asks.models import FinanceAsk
from service.ledger.models import BankChannel, LedgerEntry
from service.officers.models import Officer
from service.reconciliation import chain
from service.reconciliation.close_day import closing_in_force
from service.reconciliation.models import BankDay, BankDayReopening

KIND = "reopen_day"


def ask_to_reopen(
    session: Session, channel: BankChannel, day: date, *, reason: str, by: Officer
) -> FinanceAsk:
    """Ask another officer to re-open a day. Raises AskRefused when it, or a later one, says no."""
    closed = closing_in_force(session, channel, day)
    if closed is None:
        raise AskRefused(f"{channel.name}, {day} is not closed.", f"{channel.name} {day} 未关账。")
    _require_last(session, channel, day)
    return ask(
        session,
        KIND,
        str(closed.id),
        amount_fen=closed.closing_fen,
        reason=reason,
        details={"channel": channel.code, "day": day.isoformat(), "closing": closed.closing_no},
        by=by,
    )


def reopen(session: Session, asked: FinanceAsk, *, by: Officer) -> BankDayReopening:
    """Take the closing back, once another officer has confirmed. Raises AskRefused."""
    closed = session.get_one(BankDay, UUID(asked.thing_id))
    channel = session.get_one(BankChannel, closed.channel_id, with_for_update=True)
    _require_last(session, channel, closed.day)
    opened = BankDayReopening(bank_day_id=closed.id, ask_id=asked.id, reopened_at=clock.now())
    session.add(opened)
    session.flush()
    record(
        session,
        "bank_day.reopened",
        by=by.actor(),
        on=("bank_days", closed.id),
        reason=asked.reason,
        details={
            "channel": channel.code,
            "day": closed.day.isoformat(),
            "asked_by": str(asked.asked_by),
        },
    )
    return opened


@dataclass(frozen=True)
class Change:
    """How a closing differs from the one before: figures before and after, and what was posted since."""

    before: BankDay
    after: BankDay
    kinds: dict[str, tuple[list[int], list[int]]]
    """{what moved: (before, after)} where they differ, each [movements, fen]."""
    entries: list[LedgerEntry]


def changes(session: Session, channel: BankChannel, before: BankDay, after: BankDay) -> Change:
    """Compare two closings of one day."""
    names = sorted({*before.figures, *after.figures})
    kinds = {
        name: (before.figures.get(name, [0, 0]), after.figures.get(name, [0, 0]))
        for name in names
        if before.figures.get(name, [0, 0]) != after.figures.get(name, [0, 0])
    }
    entries = session.scalars(
        select(LedgerEntry)
        .where(
            LedgerEntry.channel == channel.code,
            LedgerEntry.booked_on <= after.day,
            LedgerEntry.number > before.through_number,
            LedgerEntry.number <= after.through_number,
        )
        .order_by(LedgerEntry.number)
        .limit(200)
    )
    return Change(before, after, kinds, list(entries))


def _require_last(session: Session, channel: BankChannel, day: date) -> None:
    later = session.scalar(
        select(func.max(BankDay.day)).where(
            BankDay.channel_id == channel.id, BankDay.day > day, ~chain.reopened()
        )
    )
    if later is not None:
        raise AskRefused(
            f"{channel.name}: {later} is closed as well and is re-opened first.",
            f"{channel.name}：{later} 也已关账，须先重新开账。",
        )
