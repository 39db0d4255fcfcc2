"""Commands about the engines: where the database is, bring it up to date, stop it."""

import typer
from sqlalchemy import select

from service.foundation import engines
from service.foundation.database import transaction
from service.foundation.engines import database_url, keep_running
from service.foundation.jobs import Job, revive
from service.foundation.migrating import upgrade, upgrade_configured

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
    """Bring the database to the newest schema, and give the service's role its rights."""
    admitted, granted = upgrade_configured()
    typer.echo("The database is up to date.")
    if admitted:
        typer.echo(
            f"The service connects as {admitted}, which can add to the trail and not change it."
        )
    elif not granted:
        typer.echo("The owner may not make roles: see docs/operate.md for the service's own role.")


work = typer.Typer(help="Jobs: work that waits, or has failed.", no_args_is_help=True)


@work.command("failed")
def failed() -> None:
    """List the jobs that were given up, with why."""
    with transaction() as session:
        for one in session.scalars(
            select(Job).where(Job.state == "failed").order_by(Job.finished_at)
        ):
            typer.echo(
                f"{one.finished_at:%Y-%m-%d %H:%M}\t{one.kind}\t{one.error_code}\t{one.error}"
            )


@work.command("revive")
def revive_failed() -> None:
    """Queue every failed job again, once what made it fail is mended; nothing is done twice."""
    with transaction() as session:
        number = revive(session)
    typer.echo(f"{number} jobs are waiting again.")


def down() -> None:
    """Stop the embedded database and queue, unless another command is using them."""
    stopped = engines.stop()
    typer.echo("Stopped." if stopped else "Still in use by another command; it will stop them.")
