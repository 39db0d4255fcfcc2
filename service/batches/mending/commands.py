"""``anxin month mend``: look at past months again and put right what is known better now."""

import json
import time
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.assessment.engines.engine import EngineName
from service.assessment.engines.on_spark import require_spark
from service.audit.actor import Actor
from service.batches.mending.models import MendMonth, MendRun
from service.batches.mending.run import KINDS, look_back
from service.batches.models import Batch
from service.batches.recoveries.models import RecoveryCase
from service.foundation import jobs
from service.foundation.database import transaction
from service.foundation.months import Month
from service.foundation.settings import settings


def mend_month(
    month: Annotated[str, typer.Argument(help="The pay month whose lists take the lines.")],
    since: Annotated[
        str, typer.Option(help="The first month to look at; twelve months back if left out.")
    ] = "",
    programmes: Annotated[str, typer.Option(help="Comma-separated codes; all if left out.")] = "",
    engine: Annotated[
        EngineName | None, typer.Option(help="duckdb or spark; ANXIN_ENGINE if left out.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look at past months as they are known now; make arrears, supplements and recovery cases."""
    if (engine or settings().engine) == "spark":
        require_spark()
    with transaction() as session:
        run_id = look_back(
            session,
            Month.parse(month),
            by=Actor(kind="system", id="command line"),
            since=Month.parse(since) if since else None,
            programmes=tuple(code for code in programmes.split(",") if code),
            engine=engine,
        ).id
    while not _finished(run_id):
        if not jobs.drain(kinds=KINDS):
            time.sleep(0.2)
    with transaction() as session:
        run = session.get_one(MendRun, run_id)
        said = _said(session, run)
    if as_json:
        typer.echo(json.dumps(said))
    else:
        batches = ", ".join(said["batches"]) or "none"
        typer.echo(
            f"{run.since} to before {run.month}, {said['months']} months: {run.stage}; "
            f"lists: {batches}; recovery cases: {said['cases']}"
        )
    if run.stage == "failed":
        typer.echo(f"The look back failed: {run.problem}.", err=True)
        raise typer.Exit(1)


def _finished(run_id: UUID) -> bool:
    with transaction() as session:
        return session.get_one(MendRun, run_id).finished_at is not None


def _said(session: Session, run: MendRun) -> dict[str, Any]:
    batches = session.scalars(
        select(Batch.batch_no)
        .where(Batch.kind == "mending", Batch.built_at >= run.requested_at)
        .order_by(Batch.batch_no)
    )
    cases = session.scalar(
        select(func.count())
        .select_from(RecoveryCase)
        .where(RecoveryCase.opened_at >= run.requested_at)
    )
    months = session.scalar(
        select(func.count()).select_from(MendMonth).where(MendMonth.run_id == run.id)
    )
    return {
        "month": run.month,
        "since": run.since,
        "stage": run.stage,
        "problem": run.problem,
        "months": months or 0,
        "batches": list(batches),
        "cases": cases or 0,
    }
