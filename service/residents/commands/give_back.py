"""``anxin feeds rejected``: why rows were rejected, and the sheet that goes back to the department."""

import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.foundation.problems import NotFound
from service.residents import feeds
from service.residents.commands.shown import AsJson, FeedCode, problems_as_sentences, table_of
from service.residents.feeds.template import write_new
from service.residents.importing import rejected_workbook
from service.residents.models import Delivery, RejectedRow

app = typer.Typer()
_ROWS_SHOWN = 200


@app.command("rejected")
def rejected(
    feed: FeedCode,
    delivery: Annotated[UUID | None, typer.Option(help="Another delivery than the last.")] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Write the rows themselves, with reasons, to a workbook to mend."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show why rows of the feed's last delivery were rejected. 被退回的行。

    Values stay sealed here; --output writes them to a workbook, and that is recorded.
    """
    console = Console()
    with problems_as_sentences(console), transaction() as session:
        code = feeds.feed(feed).code
        found = _delivery(session, code, delivery)
        if output and found:
            write_new(output, rejected_workbook(session, found, by=SYSTEM))
            console.print(f"{output}", markup=False, soft_wrap=True)
        elif as_json:
            typer.echo(json.dumps(_faults(session, found), ensure_ascii=False))
        else:
            console.print(_table(session, code, found))


def _delivery(session: Session, code: str, delivery_id: UUID | None) -> Delivery | None:
    if delivery_id is not None:
        found = session.get(Delivery, delivery_id)
        if found is None or found.feed != code:
            raise NotFound("delivery")
        return found
    return session.scalar(
        select(Delivery).where(Delivery.feed == code).order_by(Delivery.received_at.desc()).limit(1)
    )


def _rows(session: Session, delivery: Delivery | None, limit: int | None) -> list[RejectedRow]:
    if delivery is None:
        return []
    query = (
        select(RejectedRow)
        .where(RejectedRow.delivery_id == delivery.id)
        .order_by(RejectedRow.sheet, RejectedRow.row_no)
        .limit(limit)
    )
    return list(session.scalars(query))


def _faults(session: Session, delivery: Delivery | None) -> list[dict[str, object]]:
    return [
        {
            "file": delivery.file_name if delivery else "",
            "sheet": row.sheet,
            "row": row.row_no,
            "return_number": str(row.id),
            **fault,
        }
        for row in _rows(session, delivery, None)
        for fault in row.faults
    ]


def _table(session: Session, code: str, delivery: Delivery | None) -> Table:
    table = table_of(
        f"{code}: rejected rows 被退回的行", "sheet 工作表", "row 行", "code 代码", "why 原因",
        numbers=("row 行",),
    )  # fmt: skip
    for row in _rows(session, delivery, _ROWS_SHOWN):
        for fault in row.faults:
            sentence = f"{fault['sentence_zh']} {fault['sentence']}"
            table.add_row(row.sheet, str(row.row_no), fault["code"], sentence)
    if delivery is not None and delivery.rows_rejected > _ROWS_SHOWN:
        table.caption = f"{_ROWS_SHOWN} / {delivery.rows_rejected}"
    return table
