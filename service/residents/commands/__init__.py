"""``anxin feeds …``: bring deliveries, decide about odd ones, and see what became of them."""

import typer

from service.residents.commands import decide, definitions, deliver, give_back, state

app = typer.Typer(
    name="feeds", help="The departments' deliveries. 部门数据报送。", no_args_is_help=True
)
for module in (deliver, decide, give_back, state, definitions):
    app.registered_commands += module.app.registered_commands
