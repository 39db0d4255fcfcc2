"""The officers' part of the command line: the first administrator has nobody who could add him."""

from typing import Annotated

import typer

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.foundation.problems import NotFound, Problem
from service.officers import queries
from service.officers.deactivate import deactivate
from service.officers.register import register
from service.officers.signing_keys import KeyUnusable, register_key

app = typer.Typer(help="Add officers, list them, and end their access.", no_args_is_help=True)


@app.command("add")
def add(
    username: Annotated[str, typer.Argument(help="What the officer signs in with.")],
    name: Annotated[str, typer.Option(help="Name, as the colleagues know it.")],
    organisation: Annotated[str, typer.Option(help="Office, e.g. 县民政局.")],
    duty: Annotated[list[str], typer.Option(help="A duty; repeat for several.")],
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)],
) -> None:
    """Add an officer; the password is asked for, never given on the command line's history."""
    try:
        with transaction() as session:
            register(
                session,
                username=username,
                name=name,
                organisation=organisation,
                duties=duty,
                password=password,
                by=SYSTEM,
            )
    except Problem as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{username}: {', '.join(duty)}")


@app.command("list")
def list_all() -> None:
    """List all officers with their duties."""
    with transaction() as session:
        for officer in queries.everyone(session):
            state = "" if officer.active else " (deactivated)"
            typer.echo(
                f"{officer.username}\t{officer.organisation}\t{' '.join(officer.duties)}{state}"
            )


@app.command("deactivate")
def end_access(
    username: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
) -> None:
    """End an officer's access at once."""
    with transaction() as session:
        officer = queries.by_username(session, username)
        if officer is None:
            typer.echo(f"没有用户 {username}。\nThere is no officer {username}.", err=True)
            raise typer.Exit(1)
        deactivate(session, officer, by=SYSTEM, reason=reason)


@app.command("key")
def register_signing_key(
    username: Annotated[str, typer.Argument(help="The signer.")],
    public_key: Annotated[str, typer.Argument(help="Ed25519 public key, 64 hex digits.")],
) -> None:
    """Register the public half of a signer's key; the one before it is revoked."""
    try:
        content = bytes.fromhex(public_key)
    except ValueError:
        raise KeyUnusable from None
    with transaction() as session:
        officer = queries.by_username(session, username)
        if officer is None:
            raise NotFound("officer")
        key = register_key(session, officer, content, by=SYSTEM)
    typer.echo(f"{username}: {key.id}")
