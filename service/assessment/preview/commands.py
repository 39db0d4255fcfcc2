"""``anxin rules preview``: count what a proposal would do, on the newest snapshot."""

import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from service.assessment.preview.make import make
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound
from service.foundation.ready import database_ready
from service.programmes.proposals.queries import by_name, newest_snapshot


def preview_proposal(
    proposal: Annotated[str, typer.Argument(help="The proposal's number, like R12.")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Count who joins, leaves, gets more or less, and the money, before it is approved. 影响测算。"""
    database_ready()
    with transaction() as session:
        found = by_name(session, proposal)
        snapshot = newest_snapshot(session)
        if snapshot is None:
            raise NotFound("snapshot")
        made = make(session, found, snapshot)
        if made is None:
            typer.echo("The rules have changed since; submit it again.", err=True)
            raise typer.Exit(1)
        figures = made.figures
    if as_json:
        # Examples of people stay inside.
        shown = {
            code: {**one, "sample": None, "biggest": None}
            for code, one in figures["programmes"].items()
        }
        typer.echo(json.dumps({**figures, "programmes": shown}, ensure_ascii=False))
    else:
        _print(figures)


def _print(figures: dict[str, Any]) -> None:
    table = Table("programme", "joins", "leaves", "more", "less", "same", "before", "after")
    for code, one in figures["programmes"].items():
        table.add_row(
            code,
            *(str(one[kind]) for kind in ("joins", "leaves", "raised", "lowered", "unchanged")),
            yuan(one["before_fen"]),
            yuan(one["after_fen"]),
        )
    console = Console()
    console.print(table)
    console.print(
        f"{figures['month']} on facts of {figures['snapshot_month']}, {figures['milliseconds']} ms"
    )
