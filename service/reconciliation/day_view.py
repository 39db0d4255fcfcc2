"""One bank day as it is read: opening, movements by kind, closing, the ledger beside it, and what differs."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from service.dispatch.models import BankFile
from service.ledger.models import BankChannel, LedgerAccount, LedgerEntry, LedgerPosting
from service.ledger.post import account_code
from service.ledger.standing import stands
from service.reconciliation import chain, late
from service.reconciliation.close_day import (
    cash_on,
    closing_in_force,
    closings,
    last_closed_before,
    statements_of,
)
from service.reconciliation.differences import DifferingRow, differing_rows, moved_by_kind
from service.reconciliation.late import Late
from service.reconciliation.models import BankDay, BankStatement
from service.reconciliation.reopen_day import Change, changes


@dataclass(frozen=True)
class DayFigures:
    """A bank day in fen; the bank's side is None while no statement has come."""

    channel: BankChannel
    day: date
    statements: Sequence[BankStatement]
    said_opening_fen: int | None
    said_closing_fen: int | None
    booked_opening_fen: int
    booked_closing_fen: int
    said: dict[str, list[int]]
    """{what moved: [movements, fen]} by the statement."""
    booked: dict[str, list[int]]
    """{kind of event: [entries, fen]} on the ledger's account of that bank."""
    rows: list[DifferingRow]
    broken: list[chain.Break]
    late: list[Late]
    in_force: BankDay | None
    closings: list[BankDay]
    changes: list[Change]

    @property
    def differs_fen(self) -> int | None:
        """What the bank says more than the ledger at the end of the day."""
        if self.said_closing_fen is None:
            return None
        return self.said_closing_fen - self.booked_closing_fen


def day_figures(session: Session, channel: BankChannel, day: date) -> DayFigures | None:
    """Return one day, or None for a day without a statement, file or closing."""
    statements = statements_of(session, channel, day)
    kept = closings(session, channel, day)
    if not statements and not kept and not _has_files(session, channel, day):
        return None
    since = last_closed_before(session, channel, day)
    booked = cash_on(session, channel, day)
    said = statements[-1].closing_fen if statements else None
    rows = [] if said in {None, booked} else differing_rows(session, channel, day, since=since)
    return DayFigures(
        channel,
        day,
        statements,
        statements[0].opening_fen if statements else None,
        said,
        cash_on(session, channel, day - timedelta(days=1)),
        booked,
        moved_by_kind(session, channel, day),
        _booked_by_event(session, channel, day),
        rows,
        [one for one in chain.breaks(session, channel) if one.statement.booked_on == day],
        [one for one in late.late(session) if (one.channel.id, one.day) == (channel.id, day)],
        closing_in_force(session, channel, day),
        kept,
        [changes(session, channel, before, after) for before, after in itertools.pairwise(kept)],
    )


def _has_files(session: Session, channel: BankChannel, day: date) -> bool:
    # A file that was late is executed on another day than it was written for; both days know it.
    executed_on = late.EXECUTED_ON
    return (
        session.scalar(
            select(BankFile.id)
            .where(
                BankFile.channel_id == channel.id,
                or_(BankFile.execution_date == day, executed_on == day),
            )
            .limit(1)
        )
        is not None
    )


def _booked_by_event(session: Session, channel: BankChannel, day: date) -> dict[str, list[int]]:
    rows = session.execute(
        select(LedgerEntry.event_type, func.count(), func.sum(LedgerPosting.amount_fen))
        .join(LedgerPosting, LedgerPosting.entry_id == LedgerEntry.id)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(
            LedgerAccount.code == account_code("bank_cash", channel=channel.code),
            stands(),
            LedgerEntry.booked_on == day,
        )
        .group_by(LedgerEntry.event_type)
        .order_by(LedgerEntry.event_type)
    )
    return {event: [count, int(fen)] for event, count, fen in rows}
