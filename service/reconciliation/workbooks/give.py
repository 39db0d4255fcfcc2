"""Every workbook by its name: one way to ask for it, for pages, programs and the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from service.batches import queries as batch_queries
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.ledger.models import BankChannel
from service.reconciliation.queries import channel_by_code
from service.reconciliation.workbooks.day_close import day_close
from service.reconciliation.workbooks.exceptions import exceptions
from service.reconciliation.workbooks.made import Made, give_out
from service.reconciliation.workbooks.month_report import month_report
from service.reconciliation.workbooks.pay_list import pay_list
from service.reconciliation.workbooks.reader import Reader
from service.reconciliation.workbooks.replies import replies
from service.reconciliation.workbooks.returns import Days, returns


class DaysUnusable(Problem):
    """A span of days is missing or the wrong way round."""

    code = "days_unusable"
    status = 422
    title = "These days cannot be used"

    def __init__(self) -> None:
        super().__init__(
            "Give the first and the last day, like 2026-10-01; the first is not after the last.",
            "请填写起止日期（如 2026-10-01），且起始日期不得晚于截止日期。",
        )


@dataclass(frozen=True)
class Wanted:
    """What a workbook is to be about; each kind reads its own fields."""

    batch_no: str = ""
    first: str = ""
    last: str = ""
    month: str = ""
    channel: str = ""
    day: str = ""


def give(session: Session, kind: str, wanted: Wanted, reader: Reader, session_id: str = "") -> Made:
    """Make a workbook and record that it was given out.

    Raises NotFound, NotAllowed, RevealReasonMissing, WorkbookTooLong and what its kind raises.
    """
    make = KINDS.get(kind)
    if make is None:
        raise NotFound("page")
    return give_out(session, kind, make(session, wanted, reader), reader, session_id)


def days_of(wanted: Wanted) -> Days:
    """Return the days asked for; raises :class:`DaysUnusable`."""
    try:
        days = Days(date.fromisoformat(wanted.first), date.fromisoformat(wanted.last))
    except ValueError:
        raise DaysUnusable from None
    if days.last < days.first:
        raise DaysUnusable
    return days


def _channel(session: Session, code: str) -> BankChannel:
    found = channel_by_code(session, code)
    if found is None:
        raise NotFound("bank")
    return found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise DaysUnusable from None


KINDS: dict[str, Callable[[Session, Wanted, Reader], Made]] = {
    "pay-list": lambda session, wanted, reader: pay_list(
        session, batch_queries.by_no(session, wanted.batch_no), reader
    ),
    "replies": lambda session, wanted, reader: replies(
        session, batch_queries.by_no(session, wanted.batch_no), reader
    ),
    "returns": lambda session, wanted, reader: returns(session, days_of(wanted), reader),
    "exceptions": lambda session, _, reader: exceptions(session, reader),
    "month": lambda session, wanted, reader: month_report(
        session, Month.parse(wanted.month), reader
    ),
    "day": lambda session, wanted, reader: day_close(
        session, _channel(session, wanted.channel), _day(wanted.day), reader
    ),
}
OF_BATCH = ("pay-list", "replies")
OF_COUNTY = ("returns", "exceptions", "month", "day")
