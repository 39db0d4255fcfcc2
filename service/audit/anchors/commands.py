"""Commands about anchors."""

import json
from typing import Annotated

import typer

from service.audit.anchors.queries import anchors
from service.audit.anchors.take import take
from service.foundation.database import transaction


def anchor_now() -> None:
    """Have the last published checkpoint stamped now by the time-stamp authority, and keep the stamp."""
    with transaction() as session:
        made = take(session)
        typer.echo(f"{made.size} entries, {made.stamped_at.isoformat()}, {made.authority}")


def list_anchors(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array.")] = False
) -> None:
    """List the time-stamps over checkpoints, the oldest first."""
    with transaction() as session:
        rows = [
            {"number": one.number, "size": one.size, "stamped_at": one.stamped_at.isoformat(),
             "authority": one.authority}
            for one in anchors(session)
        ]  # fmt: skip
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for one in rows:
        typer.echo(f"{one['number']:6} {one['size']:12}  {one['stamped_at']}  {one['authority']}")
