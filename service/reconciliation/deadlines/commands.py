"""``anxin banks deadlines``: what each bank owes about each day, and what has not come."""

import json
from datetime import datetime
from typing import Annotated

import typer

from service.foundation import clock
from service.foundation.database import transaction
from service.reconciliation.deadlines.api import out
from service.reconciliation.deadlines.expected import KINDS, STATES, Asked, expected

Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="A day, like 2026-10-16.")]


def list_deadlines(
    *,
    bank: Annotated[str, typer.Option(help="Of this bank only; its code.")] = "",
    kind: Annotated[str, typer.Option(help=" or ".join(KINDS))] = "",
    state: Annotated[str, typer.Option(help=", ".join(STATES))] = "",
    from_day: Day = None,
    to_day: Day = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the replies and statements of the banks: due when, come or missing; 2: something is missing."""
    if kind not in ("", *KINDS):
        raise typer.BadParameter(" / ".join(KINDS), param_hint="--kind")
    if state not in ("", *STATES):
        raise typer.BadParameter(" / ".join(STATES), param_hint="--state")
    asked = Asked(
        bank=bank,
        kind=kind,
        state=state,
        from_day=from_day.date() if from_day else None,
        to_day=to_day.date() if to_day else None,
    )
    with transaction() as session:
        found = [out(one) for one in expected(session, asked)]
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))
    elif not found:
        typer.echo("Nothing of that kind is due. 没有符合条件的事项。", err=True)
    for one in () if as_json else found:
        due, came = (
            f"{clock.civil(at):%Y-%m-%d %H:%M}" if at else "—" for at in (one.due_at, one.came_at)
        )
        typer.echo(f"{one.state}\t{one.channel}\t{one.day}\t{one.kind}\t{one.about}\t{due}\t{came}")
    if any(one.state == "missing" for one in found):
        raise typer.Exit(2)
