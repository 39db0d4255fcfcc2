"""``anxin overview``: count what the overview shows, without waiting for a bank's day to be closed."""

from typing import Annotated

import typer

from service.batches import queries
from service.enquiry.boards import count as boards
from service.enquiry.overview.count import count_month
from service.foundation.database import transaction
from service.foundation.months import Month

app = typer.Typer(help="The overview of what was paid. 发放概览。", no_args_is_help=True)


@app.callback()
def _overview() -> None:
    """Keep ``count`` a word of its own."""


@app.command("count")
def count_overview(
    month: Annotated[
        str, typer.Option(help="Like 2026-10; every month that has lists if left out.")
    ] = "",
) -> None:
    """Count one month or all of them anew, with what village boards tell in it; each month is done in a transaction of its own."""
    if month:
        wanted = [str(Month.parse(month))]
    else:
        with transaction() as session:
            wanted = queries.months(session)
    for one in wanted:
        with transaction() as session:
            counts = count_month(session, one) + boards.count_month(session, Month.parse(one))
            typer.echo(f"{one}: {counts} counts")
