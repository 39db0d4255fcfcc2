"""``anxin feeds waiting``, ``confirm`` and ``decline``: the steward's word about odd deliveries."""

import json
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from sqlalchemy import select

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.residents.commands.shown import (
    AsJson,
    delivery_json,
    problems_as_sentences,
    show_deliveries,
    table_of,
)
from service.residents.importing import confirm, decline
from service.residents.models import Delivery

app = typer.Typer()
DeliveryId = Annotated[
    UUID, typer.Argument(help="Id of the delivery, as “feeds waiting” shows it.")
]
Reason = Annotated[str, typer.Option(help="Why; kept with the delivery.")]


@app.command("waiting")
def waiting(as_json: AsJson = False) -> None:
    """List deliveries that wait for the data steward. 待确认的报送。"""
    console = Console()
    with problems_as_sentences(console), transaction() as session:
        found = session.scalars(
            select(Delivery).where(Delivery.state == "waiting").order_by(Delivery.received_at)
        ).all()
        if as_json:
            typer.echo(json.dumps([delivery_json(one) for one in found], ensure_ascii=False))
            return
        table = table_of("Waiting 待确认", "id", "feed 数据源", "why 原因")
        table.columns[0].no_wrap, table.columns[0].overflow = True, "fold"
        for one in found:
            why = one.refusal or {}
            table.add_row(str(one.id), one.feed, f"{why['sentence_zh']} {why['sentence']}")
        console.print(table)


@app.command("confirm")
def confirm_one(
    delivery: DeliveryId,
    reason: Reason,
    columns: Annotated[
        list[str] | None,
        typer.Option("--column", help="HEADER=FIELD, once for each column with an unknown header."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take over a delivery that waits. 确认导入。

    Without --column a suggestion for unknown headers is not taken: say every column.
    """
    console = Console()
    mapping = None
    if columns:
        mapping = dict(pair.rpartition("=")[::2] for pair in columns)
    with problems_as_sentences(console), transaction() as session:
        done = confirm(session, delivery, by=SYSTEM, reason=reason, mapping=mapping)
    show_deliveries(console, [done], as_json=as_json)


@app.command("decline")
def decline_one(delivery: DeliveryId, reason: Reason) -> None:
    """Send back a delivery that waits. 退回报送。"""
    console = Console()
    with problems_as_sentences(console), transaction() as session:
        done = decline(session, delivery, by=SYSTEM, reason=reason)
    show_deliveries(console, [done], as_json=False)
