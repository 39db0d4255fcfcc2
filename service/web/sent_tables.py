"""Send a table as CSV while it is written: a million rows take no more memory than a few hundred."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence

from fastapi import Request
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse

from service.web.transactions import Opener, opener

_ROWS_A_PIECE = 500
CsvRows = Callable[[Session], Iterable[Sequence[str | int | None]]]
"""Reads the rows in a session that is open while they are sent. They are codes and whole numbers:
what somebody typed, which a spreadsheet might run, has no place in them."""


def send_csv(
    request: Request, name: str, header: Sequence[str], rows: CsvRows
) -> StreamingResponse:
    """Return a CSV file that is written while it is sent, in a transaction of its own.

    The request's own ends before the answer leaves. The file begins with a mark by which
    spreadsheets take it for UTF-8.
    """
    return StreamingResponse(
        _written(opener(request), header, rows),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _written(open_transaction: Opener, header: Sequence[str], rows: CsvRows) -> Iterator[str]:
    written = io.StringIO("\ufeff")
    written.seek(0, io.SEEK_END)
    writer = csv.writer(written)
    writer.writerow(header)
    with open_transaction() as session:
        for number, row in enumerate(rows(session), start=1):
            writer.writerow(row)
            if number % _ROWS_A_PIECE == 0:
                yield written.getvalue()
                written.seek(0)
                written.truncate()
    yield written.getvalue()
