"""``anxin reconciliation …``: what finance does about banks' answers, each act in an officer's name."""

import typer

from service.reconciliation.desk.commands import app as exceptions
from service.reconciliation.receipts.commands import lines, receipts

app = typer.Typer(
    help="Banks' answers and what finance does about them. 对账。", no_args_is_help=True
)
app.add_typer(exceptions, name="exceptions")
app.add_typer(receipts, name="receipts")
app.add_typer(lines, name="lines")
