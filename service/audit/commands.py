"""Commands about the audit trail."""

import typer

from service.audit.anchors.commands import anchor_now, list_anchors
from service.audit.keeping.commands import archive_log, erasing, holding
from service.audit.log.commands import files, head
from service.audit.log.key_commands import keys
from service.audit.verify import commands as verifying

app = typer.Typer(help="The audit trail.", no_args_is_help=True)
app.add_typer(head, name="head")
app.add_typer(keys, name="keys")
app.add_typer(holding, name="holds")
app.add_typer(erasing, name="erase")
app.command("archive")(archive_log)
app.registered_commands += files.registered_commands
app.command("verify")(verifying.verify_trail)
app.command("export")(verifying.export_log)
app.command("anchor")(anchor_now)
app.command("anchors")(list_anchors)
app.command("trust")(verifying.export_trust)
