"""Which banking day a file is for, and when it may go: planned when it is made, looked at when it is sent.

The day is signed with the bytes and never altered. A file is given to the bank for its own day or a
later one, never for an earlier one.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.dispatch import day_limits
from service.dispatch.day_limits import Load
from service.dispatch.models import BankFile
from service.foundation import clock
from service.foundation.working_days import day_of, first_after, first_from, takes_from
from service.ledger.hours import hours_of
from service.ledger.models import BankChannel


@dataclass(frozen=True)
class Turn:
    """The banking day for which a file goes, and from when; None: now."""

    day: date
    not_before: datetime | None = None


def first_day(channel: BankChannel, wanted: date) -> date:
    """Return the bank's first day for what is made now and wanted on a day.

    Wanted today, the cut-off counts; on any other day only whether the bank executes then.
    """
    if wanted == clock.today():
        return day_of(clock.now(), hours_of(channel)).day
    return first_from(wanted, hours_of(channel)).day


def day_with_room(session: Session, channel: BankChannel, load: Load, first: date) -> date:
    """Return the first banking day from ``first`` on which a new file keeps within the day's limits.

    The caller holds the account. A file that passes a limit alone finds no day: it is cut before.
    """
    day = first
    while day_limits.is_limited(channel) and not (
        day_limits.planned_for(session, channel, day) + load
    ).fits(channel):
        day = first_after(day, hours_of(channel)).day
    return day


def turn_of(session: Session, file: BankFile, channel: BankChannel) -> Turn:
    """Return when a signed file goes to its bank; holds the account where a limit must be counted."""
    hours, now = hours_of(channel), clock.now()
    reached = day_of(now, hours).day
    day = max(file.execution_date, reached)
    if not (channel.takes_ahead and day > reached):
        opens = takes_from(day, hours)
        if now < opens:
            return Turn(day, opens)
    if day_limits.is_limited(channel):
        day_limits.hold_account(session, channel)
        if not day_limits.has_room(session, channel, file, day):
            later = first_after(day, hours).day
            return Turn(later, takes_from(later, hours))
    return Turn(day)


def is_over(file: BankFile, channel: BankChannel) -> bool:
    """Return whether a file names a day that its bank does not take any more."""
    if channel.late_file != "refused":
        return False
    return file.execution_date < day_of(clock.now(), hours_of(channel)).day
