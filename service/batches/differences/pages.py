"""The page of a batch's differences, filtered by its address, and the same as a file."""

import csv
import io
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from service.batches import queries
from service.batches.differences import view, words
from service.foundation.ids import reference_of
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents.places.tree import names_of
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Option

router = APIRouter()
Choice = Annotated[str, Query(max_length=20)]
PageNumber = Annotated[int, Query(alias="page", ge=1, le=100_000)]


@router.get("/batches/{batch_no}/differences")
def show_differences(
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    part: Choice = "",
    cause: Choice = "",
    township: Choice = "",
    page_no: PageNumber = 1,
) -> Response:
    """Who joined, left or changed, and why, one by one."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    found, total, fen = view.chosen(
        session, batch, part=part, cause=cause, township=township, page=page_no
    )
    names = names_of(session, (batch.differences or {}).get("townships", {}))
    standing = []
    if part in words.PARTS:
        standing.append((words.part(part), "part"))
    if cause in words.CAUSES:
        standing.append((words.cause(cause), "cause"))
    if township:
        standing.append((names.get(township, township), "township"))
    return page(
        "batches/differences.html",
        batch=batch,
        columns=view.difference_columns(),
        rows=view.difference_rows(session, found),
        total=total,
        fen=fen,
        page_no=page_no,
        pages=max(-(-total // view.PER_PAGE), 1),
        chosen=standing,
        part=part,
        cause=cause,
        township=township,
        parts=[Option("", gettext("all"))] + [Option(one, words.part(one)) for one in words.PARTS],
        causes=[Option("", gettext("all"))]
        + [Option(one, words.cause(one)) for one in words.CAUSES],
        townships=[Option("", gettext("all"))]
        + [Option(code, name) for code, name in sorted(names.items())],
    )


@router.get("/batches/{batch_no}/differences.csv")
def export_differences(
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    part: Choice = "",
    cause: Choice = "",
    township: Choice = "",
) -> Response:
    """The same as a file: references, causes and fen, without names."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(["line", "part", "cause", "township", "last_fen", "this_fen"])
    for one in view.every(session, batch, part=part, cause=cause, township=township):
        line = reference_of(one.this_line_id or one.last_line_id or 0)
        writer.writerow([line, one.part, one.cause, one.township, one.last_fen, one.this_fen])
    return Response(
        "\ufeff" + written.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"content-disposition": f'attachment; filename="{batch.batch_no}-differences.csv"'},
    )
