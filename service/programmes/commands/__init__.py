"""``anxin rules …``: read, check and try the rules. No database, no server and no settings."""

import typer

from service.programmes.commands import (
    ask_burden,
    check,
    evaluate,
    explain,
    listing,
    run,
    show,
    sql,
)

app = typer.Typer(
    name="rules",
    help="The rules: read, check and try them, without a database. 补贴规则：查阅、校验、试算。",
    no_args_is_help=True,
)
for module in (check, listing, show, run, evaluate, explain, ask_burden, sql):
    app.registered_commands += module.app.registered_commands
