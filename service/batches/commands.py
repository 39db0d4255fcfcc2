"""Commands about months: the one button, from the command line."""

import json
import resource
import time
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from service.assessment.engines.engine import EngineName
from service.assessment.engines.on_spark import require_spark
from service.audit.actor import Actor
from service.batches import queries
from service.batches.follow import follow
from service.batches.models import MonthRun
from service.batches.month import press
from service.batches.part import Part, township
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.months import Month
from service.foundation.settings import settings

app = typer.Typer(help="Pay months.", no_args_is_help=True)


@app.command("run")
def run_month(
    month: Annotated[str, typer.Argument(help="The month, like 2026-10.")],
    programmes: Annotated[
        str, typer.Option(help="Comma-separated codes; all payable ones if left out.")
    ] = "",
    engine: Annotated[
        EngineName | None, typer.Option(help="duckdb or spark; ANXIN_ENGINE if left out.")
    ] = None,
    place: Annotated[
        str, typer.Option("--township", help="Nine or twelve digits; the whole county if left out.")
    ] = "",
    *,
    supplementary: Annotated[
        bool,
        typer.Option("--supplementary", help="Who became due since the regular lists, apart."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Freeze the facts, assess everyone, build every batch: the machine's part of a month.

    Killed at any point and started again with the same words it goes on where it was.
    """
    if (engine or settings().engine) == "spark":
        require_spark()
    wanted = Month.parse(month)
    chosen = tuple(code for code in programmes.split(",") if code)
    by = Actor(kind="system", id="command line")
    started = time.monotonic()
    with transaction() as session:
        part = Part(
            township(session, place) if place else "",
            "supplementary" if supplementary else "regular",
        )
        run_id = press(session, wanted, by=by, programmes=chosen, part=part, engine=engine).id
    seconds = follow(run_id)
    seconds["total"] = round(time.monotonic() - started, 3)
    _show(run_id, wanted, seconds, as_json=as_json)


def _show(run_id: UUID, month: Month, seconds: dict[str, float], *, as_json: bool) -> None:
    with transaction() as session:
        run = session.get_one(MonthRun, run_id)
        stage, problem, what = run.stage, run.problem, (run.kind, run.division)
        batches = queries.of_month(session, str(month))
        figures = {
            batch.batch_no: batch.comparison["this"] for batch in batches if batch.comparison
        }
        held = queries.held_totals(session, str(month))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "month": str(month), "stage": stage, "problem": problem,
                    "kind": what[0], "township": what[1], "batches": figures,
                    "held": held, "seconds": seconds, "peak_mb": peak_mb,
                }
            )
        )  # fmt: skip
    else:
        table = Table("Batch", "Lines", "Yuan", title=f"{month}: {stage}")
        for batch_no, this in figures.items():
            table.add_row(batch_no, f"{this['count']:,}", yuan(this["amount_fen"]))
        Console().print(table)
        Console().print(
            f"{seconds['total']:.1f} s, {peak_mb} MB at the peak; held: {held or 'none'}"
        )
    if stage == "failed":
        typer.echo(f"The month's run failed: {problem}.", err=True)
        raise typer.Exit(1)
