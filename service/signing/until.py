"""Until when a prepared list must be signed, so that its banks pay it on the day that is signed.

Said before it happens: what each bank does with what comes later, and whether its days are known.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Date, Text, Uuid, column, select, table
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.foundation import clock
from service.foundation.working_days import day_of, first_after, is_known, takes_until
from service.ledger.hours import hours_of
from service.ledger.models import BankChannel
from service.web.filters import day as civil_day
from service.web.filters import moment
from service.web.language import gettext

# The files' table, by name: dispatch stands above this stage, and asks nothing of it.
_FILES = table(
    "bank_files",
    column("batch_id", Uuid),
    column("round", BigInteger),
    column("channel_id", Uuid),
    column("execution_date", Date),
    column("state", Text),
)


@dataclass(frozen=True)
class DayOfBank:
    """One bank of a list and a day that its files name, none of which has been sent."""

    channel: BankChannel
    day: date

    @property
    def until(self) -> datetime:
        return takes_until(self.day, hours_of(self.channel))

    @property
    def refuses_late(self) -> bool:
        return self.channel.late_file == "refused"

    def said(self, now: datetime) -> str:
        """Return until when the day holds, and what follows after."""
        hours = hours_of(self.channel)
        over = now > self.until
        if self.refuses_late:
            told = (
                gettext("%(bank)s: %(day)s is over; the files are made anew and signed again")
                if over
                else gettext(
                    "%(bank)s: sent until %(until)s it is paid on %(day)s; later the files are made anew and signed again"
                )
            )
        else:
            told = (
                gettext("%(bank)s: %(day)s is over; the bank pays on %(next)s")
                if over
                else gettext(
                    "%(bank)s: sent until %(until)s it is paid on %(day)s; later the bank pays on %(next)s"
                )
            )
        then = day_of(now, hours) if over else first_after(self.day, hours)
        said = told % {
            "bank": self.channel.name,
            "day": civil_day(self.day),
            "until": moment(self.until),
            "next": civil_day(then.day),
        }
        years = {*then.unknown_years, *(() if is_known(self.day, hours) else (self.day.year,))}
        return said + "".join(_unknown(year) for year in sorted(years))


def said_of_days(session: Session, batch: Batch) -> list[str]:
    """Return a sentence for each bank and day of a list that is to be signed or sent."""
    if batch.state not in ("prepared", "signed"):
        return []
    now = clock.now()
    return [one.said(now) for one in days_of(session, [batch.id]).get(batch.id, [])]


def days_of(session: Session, batch_ids: Collection[UUID]) -> dict[UUID, list[DayOfBank]]:
    """Return the banks and days of several lists' files that are still here, earliest end first."""
    found: dict[UUID, list[DayOfBank]] = {}
    rows = session.execute(
        select(_FILES.c.batch_id, BankChannel, _FILES.c.execution_date)
        .distinct()
        .select_from(_FILES)
        .join(Batch, (Batch.id == _FILES.c.batch_id) & (Batch.round == _FILES.c.round))
        .join(BankChannel, BankChannel.id == _FILES.c.channel_id)
        .where(_FILES.c.batch_id.in_(batch_ids), _FILES.c.state == "prepared")
    )
    for batch_id, channel, day in rows:
        found.setdefault(batch_id, []).append(DayOfBank(channel, day))
    for days in found.values():
        days.sort(key=lambda one: (one.until, one.channel.code))
    return found


def _unknown(year: int) -> str:
    said = gettext("the days off of %(year)s are not known here: it may be a holiday")
    return f" ({said % {'year': year}})"
