"""The lines of a batch as a file: the same filters as on its page, without names and accounts."""

import csv
import io
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response, StreamingResponse

from service.batches import queries
from service.batches.about import require_seen
from service.batches.lines_view import Asked
from service.batches.walk import Wanted, every
from service.batches.words import LINE_STATES
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Opener, Transaction, opener

router = APIRouter()
Choice = Annotated[str, Query(max_length=40)]
_ROWS_A_PIECE = 500


def asked(
    state: Choice = "",
    control: Choice = "",
    place: Choice = "",
    part: Choice = "",
    least: Choice = "",
    most: Choice = "",
    reference: Choice = "",
) -> Asked:
    """Read the filters of a list of lines from an address."""
    return Asked(state, control, place, part, least, most, reference)


AskedOf = Annotated[Asked, Depends(asked)]


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
    state = wanted.state if wanted.state in LINE_STATES else "all"
    name = f"{batch.programme}-{batch.month}-{state}.csv"
    # Written while it is sent, in a transaction of its own: this one ends before the answer leaves.
    return StreamingResponse(
        _written(opener(request), wanted),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{name}"'},
    )


def _written(open_transaction: Opener, wanted: Wanted) -> Iterator[str]:
    """Yield the file a few hundred rows at a time."""
    written = io.StringIO("\ufeff")
    written.seek(0, io.SEEK_END)
    writer = csv.writer(written)
    writer.writerow(["line", "batch", "division", "period", "state", "amount_fen"])
    with open_transaction() as session:
        for number, one in enumerate(every(session, wanted), start=1):
            writer.writerow(
                [one.reference, wanted.batch.batch_no, one.division, one.period, one.state, one.amount_fen]
            )  # fmt: skip
            if number % _ROWS_A_PIECE == 0:
                yield written.getvalue()
                written.seek(0)
                written.truncate()
    yield written.getvalue()
