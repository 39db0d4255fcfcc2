"""The page of a batch's differences, filtered by its address, and the same as a file."""

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from service.batches import queries
from service.batches.about import require_seen
from service.batches.differences import view, words
from service.batches.differences.own import own_places, own_townships
from service.batches.differences.walk import Which, every, walk
from service.batches.partial import said_of_part
from service.foundation.ids import reference_of
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents.places.tree import names_of
from service.web.language import gettext
from service.web.render import page
from service.web.sent_tables import send_csv
from service.web.transactions import Transaction
from service.web.view_models import Option

router = APIRouter()
Choice = Annotated[str, Query(max_length=20)]


@router.get("/batches/{batch_no}/differences")
def show_differences(
    session: Transaction,
    officer: SignedInOfficer,
    batch_no: str,
    part: Choice = "",
    cause: Choice = "",
    township: Choice = "",
    after: Choice = "",
    before: Choice = "",
) -> Response:
    """Who joined, left or changed, and why, one by one."""
    require(officer, "batches.read")
    batch = queries.by_no(session, batch_no)
    require_seen(session, officer, batch)
    which = Which(batch, part, cause, township, own_places(officer, batch))
    stretch = walk(session, which, after=after, before=before)
    names = names_of(session, own_townships(batch, officer))
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
        only=said_of_part(officer, batch),
        columns=view.difference_columns(),
        rows=view.difference_rows(session, stretch.rows),
        stretch=stretch,
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
    request: Request,
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
    require_seen(session, officer, batch)
    which = Which(batch, part, cause, township, own_places(officer, batch))
    header = ("line", "part", "cause", "township", "last_fen", "this_fen")
    name = f"{batch_no}-differences.csv"
    return send_csv(request, name, header, lambda own: _rows(own, which))


def _rows(session: Session, which: Which) -> Iterator[tuple[str | int | None, ...]]:
    for one in every(session, which):
        line = reference_of(one.this_line_id or one.last_line_id or 0)
        yield line, one.part, one.cause, one.township, one.last_fen, one.this_fen
