"""Commands about the log's trusted head."""

import typer

from service.audit.actor import Actor
from service.audit.log.adopt import adopt_head
from service.audit.log.continues import require_continuation
from service.audit.log.head import head_file, kept_head
from service.foundation.database import transaction

head = typer.Typer(
    help="The last published checkpoint, kept outside the database.", no_args_is_help=True
)
OPERATOR = Actor(kind="system", id="operator")


@head.command("show")
def show_head() -> None:
    """Print the trusted head and say whether the database's log continues it.

    Exits with 1 and a sentence when it does not.
    """
    typer.echo(f"{head_file()}\n{kept_head() or ''}")
    with transaction() as session:
        last, _ = require_continuation(session)
    typer.echo(f"The database's log continues it: {last.size if last else 0} signed entries.")


@head.command("adopt")
def adopt(
    *, reason: str = typer.Option(..., "--reason", help="Why; it is recorded in the audit trail.")
) -> None:
    """Make the database's last checkpoint the trusted head: after a loss, deliberately.

    What was published beyond it is given up; who holds a later checkpoint can prove that.
    """
    with transaction() as session:
        adopted = adopt_head(session, reason=reason, by=OPERATOR)
    typer.echo(f"The checkpoint of {adopted.size} entries is the trusted head now.")
