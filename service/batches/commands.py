"""Commands about months: the one button, from the command line."""

import json
import resource
import time
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import select

from service.assessment.engines.engine import EngineName
from service.assessment.engines.on_spark import require_spark
from service.audit.actor import Actor
from service.batches import queries
from service.batches.models import MonthRun
from service.batches.month import press
from service.foundation import jobs
from service.foundation.database import transaction
from service.foundation.jobs import Job
from service.foundation.money import yuan
from service.foundation.months import Month
from service.foundation.settings import settings

app = typer.Typer(help="Pay months.", no_args_is_help=True)
_KINDS = ("month.freeze", "month.assess", "month.build")


@app.command("run")
def run_month(
    month: Annotated[str, typer.Argument(help="The month, like 2026-10.")],
    programmes: Annotated[
        str, typer.Option(help="Comma-separated codes; all payable ones if left out.")
    ] = "",
    engine: Annotated[
        EngineName | None, typer.Option(help="duckdb or spark; ANXIN_ENGINE if left out.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Freeze the facts, assess everyone, build every batch: the machine's part of a month."""
    if (engine or settings().engine) == "spark":
        require_spark()
    wanted = Month.parse(month)
    chosen = tuple(code for code in programmes.split(",") if code)
    started = time.monotonic()
    with transaction() as session:
        by = Actor(kind="system", id="command line")
        run_id = press(session, wanted, by=by, programmes=chosen, engine=engine).id
    seconds: dict[str, float] = {}
    for kind in _KINDS:
        at = time.monotonic()
        jobs.drain(kinds=(kind,))
        _wait(run_id, kind)
        seconds[kind.partition(".")[2]] = round(time.monotonic() - at, 3)
    seconds["total"] = round(time.monotonic() - started, 3)
    _show(run_id, wanted, seconds, as_json=as_json)


def _wait(run_id: UUID, kind: str) -> None:
    """Wait while a worker elsewhere does a job of this kind, or a failed one is tried again."""
    while True:
        with transaction() as session:
            left = session.scalar(
                select(Job.id)
                .where(
                    Job.kind == kind,
                    Job.state == "queued",
                    Job.arguments["run_id"].astext == str(run_id),
                )
                .limit(1)
            )
        if left is None:
            return
        time.sleep(0.2)
        jobs.drain(kinds=(kind,))


def _show(run_id: UUID, month: Month, seconds: dict[str, float], *, as_json: bool) -> None:
    with transaction() as session:
        run = session.get_one(MonthRun, run_id)
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
                    "month": str(month), "stage": run.stage, "problem": run.problem, "batches": figures,
                    "held": held, "seconds": seconds, "peak_mb": peak_mb,
                }
            )
        )  # fmt: skip
    else:
        table = Table("Batch", "Lines", "Yuan", title=f"{month}: {run.stage}")
        for batch_no, this in figures.items():
            table.add_row(batch_no, f"{this['count']:,}", yuan(this["amount_fen"]))
        Console().print(table)
        Console().print(
            f"{seconds['total']:.1f} s, {peak_mb} MB at the peak; held: {held or 'none'}"
        )
    if run.stage == "failed":
        typer.echo(f"The month's run failed: {run.problem}.", err=True)
        raise typer.Exit(1)
