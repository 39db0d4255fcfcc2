"""``anxin month instalments``: how short the year's money is for a list, and its split."""

import json
from typing import Annotated

import typer

from service.batches import queries
from service.batches.instalments.short import shortage
from service.batches.instalments.split import split
from service.foundation.database import transaction
from service.foundation.money import fen_from_yuan, yuan
from service.foundation.problems import NotFound
from service.officers.queries import by_username


def instalments(
    batch_no: Annotated[str, typer.Argument(help="The batch, like MZ15-2026-10-01.")],
    by: Annotated[
        str,
        typer.Option(help="Who divides it, a maker or finance. Left out, it is only looked at."),
    ] = "",
    amount: Annotated[
        str, typer.Option(help="Yuan to pay now; the list's share of what is left if left out.")
    ] = "",
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say how short the money is for a list; with --by, pay everybody the same share of it now."""
    with transaction() as session:
        batch = queries.by_no(session, batch_no)
        money = shortage(session, batch)
        said: dict[str, int | str] = {
            "batch_no": batch_no,
            "left_fen": money.left_fen,
            "wanted_fen": money.wanted_fen,
            "asked_fen": money.asked_fen,
            "share_fen": money.share_fen,
        }
        if by:
            officer = by_username(session, by)
            if officer is None:
                raise NotFound("officer")
            now_fen = fen_from_yuan(amount) if amount else None
            made = split(session, batch, by=officer, now_fen=now_fen)
            said |= {"now_fen": made.now_fen, "lines": made.lines}
    if as_json:
        typer.echo(json.dumps(said))
        return
    typer.echo(
        f"{batch_no}: {yuan(money.wanted_fen)} yuan wanted, {yuan(money.left_fen)} left for all open lists "
        f"({yuan(money.asked_fen)}); its share is {yuan(money.share_fen)}."
    )
    if by:
        typer.echo(
            f"Divided: {yuan(int(said['now_fen']))} yuan now, the rest of {said['lines']} lines later."
        )
