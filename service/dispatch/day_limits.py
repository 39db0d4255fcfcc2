"""How much of a day a bank takes: lines, files and money of one debit account together.

Files are whole: none is split, and none is sent for a day whose limit it would pass. What is held
back waits for the next banking day, and the oldest of what waits goes first.
"""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_
from sqlalchemy.orm import Session

from bank_adapters import BankProfile
from service.batches.models import Batch
from service.dispatch.models import BankFile
from service.ledger.models import BankChannel

GIVEN = ("sending", "unknown", "delivered", "answered")
"""States in which the bank has a file, or may have it."""


@dataclass(frozen=True)
class Load:
    """So many files with so many lines and so much money (fen)."""

    files: int = 0
    lines: int = 0
    amount_fen: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.files + other.files,
            self.lines + other.lines,
            self.amount_fen + other.amount_fen,
        )

    def fits(self, channel: BankChannel) -> bool:
        """Return whether a bank takes this much on one day; the limit itself is still taken."""
        return all(
            most is None or load <= most
            for load, most in (
                (self.files, channel.files_a_day_max),
                (self.lines, channel.lines_a_day_max),
                (self.amount_fen, channel.fen_a_day_max),
            )
        )


def is_limited(channel: BankChannel) -> bool:
    """Return whether a bank takes only so much of a day."""
    limits = (channel.files_a_day_max, channel.lines_a_day_max, channel.fen_a_day_max)
    return any(one is not None for one in limits)


def within_a_day(profile: BankProfile, channel: BankChannel) -> BankProfile:
    """Return the profile whose files are no larger than what the bank takes in a day."""
    lines, fen = channel.lines_a_day_max, channel.fen_a_day_max
    most = [one for one in (profile.file_amount_fen_max, fen) if one is not None]
    return replace(
        profile,
        max_lines=min(profile.max_lines, lines) if lines else profile.max_lines,
        file_amount_fen_max=min(most) if most else None,
    )


def load_of(file: BankFile) -> Load:
    """Return what one file weighs."""
    return Load(1, file.count, file.amount_fen)


def hold_account(session: Session, channel: BankChannel) -> None:
    """Hold a debit account still until the transaction ends: who counts and who sends is one."""
    session.scalars(
        select(BankChannel.id)
        .where(BankChannel.debtor_account == channel.debtor_account)
        .order_by(BankChannel.id)
        .with_for_update(key_share=True)
    ).all()


def given_for(session: Session, channel: BankChannel, day: date) -> Load:
    """Return what the bank was given for a day."""
    return _sum(session, _of_account(channel).where(_given(day)))


def planned_for(session: Session, channel: BankChannel, day: date) -> Load:
    """Return what the bank was given for a day and what is to be given to it for that day."""
    meant = func.greatest(BankFile.waits_for, BankFile.execution_date) == day
    return _sum(session, _of_account(channel).where(or_(_given(day), and_(_alive(), meant))))


def has_room(session: Session, channel: BankChannel, file: BankFile, day: date) -> bool:
    """Return whether a file may go to the bank for a day, the older ones that wait counted first.

    The caller holds the account (:func:`hold_account`).
    """
    older = _of_account(channel).where(
        _alive(),
        Batch.state == "signed",
        BankFile.id != file.id,
        BankFile.waits_for > BankFile.execution_date,
        BankFile.waits_for <= day,
        tuple_(BankFile.made_at, BankFile.file_reference)
        < tuple_(file.made_at, file.file_reference),
    )
    before = given_for(session, channel, day) + _sum(session, older)
    return (before + load_of(file)).fits(channel)


def _of_account(channel: BankChannel) -> "Select[int, int, int]":
    return (
        select(func.count(), func.sum(BankFile.count), func.sum(BankFile.amount_fen))
        .select_from(BankFile)
        .join(BankChannel, BankChannel.id == BankFile.channel_id)
        .join(Batch, Batch.id == BankFile.batch_id)
        .where(BankChannel.debtor_account == channel.debtor_account)
    )


def _given(day: date) -> ColumnElement[bool]:
    on = func.coalesce(BankFile.executes_on, BankFile.execution_date)
    return and_(BankFile.state.in_(GIVEN), on == day)


def _alive() -> ColumnElement[bool]:
    """Select the files that will go: of a present round that was not given back."""
    return and_(
        BankFile.state == "prepared",
        BankFile.round == Batch.round,
        Batch.state.in_(("approved", "prepared", "signed", "sent")),
    )


def _sum(session: Session, query: "Select[int, int, int]") -> Load:
    files, lines, amount_fen = session.execute(query).one()
    return Load(files, int(lines or 0), int(amount_fen or 0))
