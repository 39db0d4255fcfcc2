"""What months and batches come to: lines and fen, by batch, by month and by bank."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Date, Uuid, column, func, select, table, true
from sqlalchemy.orm import Session

from service.batches.about import batches_seen_by
from service.batches.models import Batch, MonthRun
from service.batches.tallies import queries as tallies
from service.foundation.jobs import Job
from service.ledger.models import BankChannel
from service.officers.models import Officer

# The files' table, by name: dispatch stands above this stage, and asks nothing of it.
_FILES = table(
    "bank_files",
    column("batch_id", Uuid),
    column("round", BigInteger),
    column("channel_id", Uuid),
    column("execution_date", Date),
)


@dataclass(frozen=True)
class Totals:
    """How many lines a batch has and how many of them are held; amounts in fen."""

    lines: int = 0
    amount_fen: int = 0
    held: int = 0
    held_fen: int = 0

    @property
    def payable(self) -> int:
        return self.lines - self.held

    @property
    def payable_fen(self) -> int:
        return self.amount_fen - self.held_fen


def totals_of(
    session: Session, batch_ids: Collection[UUID], officer: Officer | None = None
) -> dict[UUID, Totals]:
    """Return the totals of some batches in one statement, of what an officer may see if one is given."""
    found = tallies.states_of(session, batch_ids, officer)
    return {batch_id: totals(states) for batch_id, states in found.items()}


def totals(states: dict[str, list[int]]) -> Totals:
    """Return what {line state: [lines, fen]} comes to."""
    held, held_fen = states.get("held", [0, 0])
    lines, amount_fen = (sum(one[part] for one in states.values()) for part in (0, 1))
    return Totals(lines, amount_fen, held, held_fen)


@dataclass(frozen=True)
class BankShare:
    """What one bank pays of a batch; ``files`` is 0 until they are written. Amount in fen."""

    channel: BankChannel
    lines: int
    amount_fen: int
    files: int
    days: tuple[date, ...] = ()
    """The banking days that its files are for, in order."""


def bank_shares(session: Session, batch: Batch) -> list[BankShare]:
    """Return what each bank pays of a batch's lines that are not held."""
    found = tallies.banks_of(session, batch)
    if not found:
        return []
    channels = session.scalars(
        select(BankChannel).where(BankChannel.id.in_(found)).order_by(BankChannel.code)
    )
    days = _days_of(session, batch)
    return [
        BankShare(channel, *found[channel.id], days=days.get(channel.id, ()))
        for channel in channels
    ]


def _days_of(session: Session, batch: Batch) -> dict[UUID, tuple[date, ...]]:
    found: dict[UUID, tuple[date, ...]] = {}
    rows = session.execute(
        select(_FILES.c.channel_id, _FILES.c.execution_date)
        .where(_FILES.c.batch_id == batch.id, _FILES.c.round == batch.round)
        .distinct()
        .order_by(_FILES.c.channel_id, _FILES.c.execution_date)
    )
    for channel_id, day in rows:
        found[channel_id] = (*found.get(channel_id, ()), day)
    return found


def months_with_totals(
    session: Session, officer: Officer | None = None
) -> dict[str, tuple[int, Totals]]:
    """Return {month: (batches, totals)} of what an officer may see, newest month first."""
    found = tallies.months(session, officer)
    rows = session.execute(
        select(Batch.month, func.count())
        .where(true() if officer is None else batches_seen_by(officer))
        .group_by(Batch.month)
        .order_by(Batch.month.desc())
    )
    return {month: (batches, totals(found.get(month, {}))) for month, batches in rows}


def last_run(session: Session, month: str) -> MonthRun | None:
    """Return a month's newest run."""
    return session.scalars(
        select(MonthRun).where(MonthRun.month == month).order_by(MonthRun.requested_at.desc())
    ).first()


def built_of(session: Session, run: MonthRun) -> int:
    """Return for how many of its programmes a run has finished building."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Job)
            .where(Job.kind == "month.build", Job.state == "done")
            .where(Job.key.startswith(f"month.build:{run.id}:"))
        )
        or 0
    )
