"""The last published root of each day, to be printed where everybody can read it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.log.checkpoints import read_checkpoint
from service.audit.log.models import PublishedCheckpoint
from service.audit.log.note import read_note
from service.foundation import clock

DAYS_SHOWN = 7


@dataclass(frozen=True)
class DailyRoot:
    """The head of the log at the end of a civil day: how many entries, and their root in hex."""

    day: date
    size: int
    root: str

    @property
    def grouped(self) -> str:
        """The root in groups of eight, as people compare it aloud."""
        return " ".join(self.root[at : at + 8] for at in range(0, len(self.root), 8))


def daily_roots(session: Session, *, before: date, days: int = DAYS_SHOWN) -> list[DailyRoot]:
    """Return the heads of the days before ``before``, the newest first; none for days before the log."""
    found, size = [], None
    for back in range(1, days + 1):
        ends = datetime.combine(before - timedelta(days=back - 1), time(), clock.SHANGHAI)
        last = _last_before(session, ends, size)
        if last is None:
            break
        head, size = read_checkpoint(read_note(last.note).text), last.size
        found.append(DailyRoot(before - timedelta(days=back), head.size, head.root.hex()))
    return found


def _last_before(
    session: Session, moment: datetime, up_to: int | None
) -> PublishedCheckpoint | None:
    """Return the last checkpoint published before a moment.

    Checkpoints are published in the order of their sizes, so halving asks the primary key a few times
    where a search by time would go through all of a day.
    """
    newest = select(PublishedCheckpoint).order_by(PublishedCheckpoint.size.desc()).limit(1)
    if up_to is not None:
        newest = newest.where(PublishedCheckpoint.size <= up_to)
    last, low, best = session.scalar(newest), 0, None
    if last is None or last.published_at < moment:
        return last
    high = last.size - 1
    while low <= high:
        middle = (low + high) // 2
        one = session.scalar(newest.where(PublishedCheckpoint.size <= middle))
        if one is None:
            low = middle + 1
        elif one.published_at < moment:
            best, low = one, middle + 1
        else:
            high = one.size - 1
    return best
