"""Commands about the ledger."""

from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from service.audit.actor import Actor
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.ledger.appropriate import appropriate_from
from service.ledger.queries import balances

app = typer.Typer(help="The ledger.", no_args_is_help=True)


@app.command("appropriate")
def appropriate(file: Path) -> None:
    """Record a year's appropriations from a CSV file (年度, 项目代码, 资金来源, 预算金额(元))."""
    with transaction() as session:
        total = appropriate_from(session, file, by=Actor(kind="department", id="finance"))
    typer.echo(f"{yuan(total)} yuan appropriated.")


@app.command("balances")
def show_balances() -> None:
    """Show every account's balance in yuan; debits are positive."""
    table = Table("Account", "Yuan")
    table.columns[1].justify = "right"
    with transaction() as session:
        for code, amount_fen in balances(session).items():
            table.add_row(code, yuan(amount_fen))
    Console().print(table)
