"""Commands about the engines: where the database is, bring it up to date, stop it."""

import typer

from service.foundation import engines
from service.foundation.engines import database_url, keep_running
from service.foundation.migrating import upgrade

db = typer.Typer(help="The database in use.", no_args_is_help=True)


@db.command("url")
def url() -> None:
    """Print the connection of the database in use, starting the embedded one if needed.

    An embedded server started for this stays up until `anxin down`.
    """
    found = database_url()
    upgrade(found)
    keep_running()
    typer.echo(found)


@db.command("upgrade")
def upgrade_database() -> None:
    """Bring the database to the newest schema."""
    upgrade(database_url())
    typer.echo("The database is up to date.")


def down() -> None:
    """Stop the embedded database and queue, unless another command is using them."""
    stopped = engines.stop()
    typer.echo("Stopped." if stopped else "Still in use by another command; it will stop them.")
