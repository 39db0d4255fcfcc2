"""The lines of a batch as a file: the same filters as on its page, without names and accounts."""

from collections.abc import Iterator
from datetime import datetime

from fastapi import APIRouter, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches import queries
from service.batches.about import require_seen
from service.batches.lines_asked import AskedOf
from service.batches.models import Batch
from service.batches.walk import Wanted, count_to, every
from service.batches.words import LINE_STATES, programme_name
from service.foundation import clock
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.foundation.spreadsheets.styled import Book, Col
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.filters import moment, month_name
from service.web.language import gettext
from service.web.sent_tables import send_csv
from service.web.transactions import Transaction

router = APIRouter()
SHEET_LINES_MAX = 100_000
"""Lines of one sheet: more make a workbook that opens slowly, and take the server a minute."""
_HEADER = ("line", "batch", "division", "period", "state", "amount_fen")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TooManyLines(Problem):
    """More lines than a sheet is good for."""

    code = "too_many_lines"
    status = 409
    title = "That is too much for one sheet"

    def __init__(self) -> None:
        super().__init__(
            f"A sheet takes at most {SHEET_LINES_MAX:,} lines; choose fewer with the filters, "
            "or take the CSV file, which has no end.",
            f"一张工作表最多 {SHEET_LINES_MAX:,} 笔，请用筛选条件缩小范围，或下载不限行数的 CSV 文件。",
        )


@router.get("/batches/{batch_no}/lines.csv")
def export_lines(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    asked_for: AskedOf,
) -> Response:
    """The lines that the page shows under the same filters: references, places, states and fen."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    wanted = asked_for.wanted(batch, officer)
    return send_csv(request, _name(wanted, "csv"), _HEADER, lambda own: _rows(own, wanted))


@router.get("/batches/{batch_no}/lines.xlsx")
def export_sheet(
    session: Transaction, officer: SignedInOfficer, batch_no: str, asked_for: AskedOf
) -> Response:
    """The same lines as a sheet, up to a bound. Problem: ``too_many_lines``."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    wanted = asked_for.wanted(batch, officer)
    if count_to(session, wanted, _states(wanted), SHEET_LINES_MAX)[1]:
        raise TooManyLines
    content = _sheet(session, wanted, clock.now())
    held = f'attachment; filename="{_name(wanted, "xlsx")}"'
    return Response(content, media_type=_XLSX, headers={"content-disposition": held})


def _sheet(session: Session, wanted: Wanted, at: datetime) -> bytes:
    batch = wanted.batch
    title = f"{programme_name(batch.programme)} {month_name(Month.parse(batch.month))}"
    book = Book(f"{batch.batch_no} · {moment(at)}")
    # Codes and references are text, with every digit; only the amount is a number, to be added up.
    columns = [Col(one) for one in _HEADER[:-1]] + [Col(_HEADER[-1], "number", is_summed=True)]
    about = gettext("%(batch)s, as of %(at)s") % {"batch": batch.batch_no, "at": moment(at)}
    rows = _rows(session, wanted)
    book.table(batch.batch_no, (title, about), columns, rows, total=gettext("Total"))
    return book.save()


def _rows(session: Session, wanted: Wanted) -> Iterator[tuple[str | int | None, ...]]:
    number_of_batch = wanted.batch.batch_no
    for one in every(session, wanted):
        yield one.reference, number_of_batch, one.division, one.period, one.state, one.amount_fen


def _states(wanted: Wanted) -> tuple[str, ...]:
    return (wanted.state,) if wanted.state else LINE_STATES


def _name(wanted: Wanted, ending: str) -> str:
    batch: Batch = wanted.batch
    state = wanted.state if wanted.state in LINE_STATES else "all"
    return f"{batch.programme}-{batch.month}-{state}.{ending}"
