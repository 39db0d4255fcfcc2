"""Commands about the ledger."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.audit.actor import Actor
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.ledger.appropriate import appropriate_from
from service.ledger.asked import moment_of
from service.ledger.cut import Cut
from service.ledger.postings import Wanted, walk
from service.ledger.queries import account_balances
from service.ledger.waterfall import BY, FIGURES, waterfall

app = typer.Typer(help="The ledger.", no_args_is_help=True)


@app.command("appropriate")
def appropriate(file: Path) -> None:
    """Record a year's appropriations from a CSV file.

    Columns 年度, 项目代码, 资金来源, 预算金额(元); 年末处理 (结转 or 上缴) may say what becomes of a
    source's returned money when the year is over.
    """
    with transaction() as session:
        total = appropriate_from(session, file, by=Actor(kind="department", id="finance"))
    typer.echo(f"{yuan(total)} yuan appropriated.")


At = Annotated[
    str, typer.Option(help="What was known at this moment, e.g. 2026-10-16T18:00 (county time).")
]
Through = Annotated[str, typer.Option(help="What was booked by the end of this day.")]


@app.command("balances")
def show_balances(at: At = "", through: Through = "") -> None:
    """Show every account's balance in yuan; debits are positive."""
    table = Table("Account", "Debit", "Credit", "Balance")
    _to_the_right(table, 1)
    with transaction() as session:
        for one in account_balances(session, _cut(at, through)):
            table.add_row(one.code, yuan(one.debit_fen), yuan(one.credit_fen), yuan(one.amount_fen))
    Console().print(table)


@app.command("waterfall")
def show_waterfall(
    by: Annotated[list[str] | None, typer.Option(help="programme, fund_source, channel.")] = None,
    at: At = "",
    through: Through = "",
) -> None:
    """Show where the money stands from appropriation to card, in yuan."""
    cuts = by or ["programme"]
    if not set(cuts) <= set(BY):
        raise typer.BadParameter(f"--by is one of {', '.join(BY)}")
    table = Table(*cuts, *(name.removesuffix("_fen").replace("_", " ") for name in FIGURES))
    _to_the_right(table, len(cuts))
    with transaction() as session:
        for one in waterfall(session, _cut(at, through), by=cuts):
            table.add_row(
                *(getattr(one, name) or "-" for name in cuts),
                *(yuan(getattr(one, name)) for name in FIGURES),
            )
    Console().print(table)


@app.command("postings")
def show_postings(
    account: Annotated[str, typer.Option(help="An account's code.")] = "",
    event: Annotated[str, typer.Option(help="How the kind of event begins.")] = "",
    at: At = "",
    through: Through = "",
    before: Annotated[int | None, typer.Option(help="Only postings before this id.")] = None,
) -> None:
    """Show the newest fifty postings behind a balance, in yuan."""
    table = Table("Posting", "Entry", "Event", "Account", "Booked on", "Amount")
    _to_the_right(table, 5)
    with transaction() as session:
        found = walk(
            session, Wanted(account=account, event=event, cut=_cut(at, through)), before=before
        )
        for one in found.sides:
            table.add_row(
                str(one.posting.id),
                str(one.entry.number),
                one.entry.event_type,
                one.account.code,
                one.entry.booked_on.isoformat(),
                yuan(one.posting.amount_fen),
            )
    Console().print(table)
    typer.echo(f"{found.total} postings, {yuan(found.amount_fen)} yuan together.")
    if found.next:
        typer.echo(f"More: --before {found.next}")


def _cut(at: str, through: str) -> Cut:
    try:
        return Cut(moment_of(at) if at else None, date.fromisoformat(through) if through else None)
    except ValueError as fault:
        raise typer.BadParameter(str(fault)) from None


def _to_the_right(table: Table, first: int) -> None:
    for column in table.columns[first:]:
        column.justify = "right"
