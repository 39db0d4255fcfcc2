"""Commands about the keys that sign the log."""

from pathlib import Path
from typing import Annotated

import typer

from service.audit.actor import Actor
from service.audit.log.log_keys import eras, verifiers
from service.audit.log.note_keys import read_vkey
from service.audit.log.publish import publish
from service.audit.log.rotate import (
    already_stated,
    put_in_place,
    read_keys,
    replace_lost_keys,
    rotate_keys,
    waiting_keys,
)
from service.audit.log.sequence import sequence
from service.foundation.database import transaction

keys = typer.Typer(help="The keys that sign the audit log.", no_args_is_help=True)
_BY = Actor(kind="system", id="operator")
Reason = Annotated[str, typer.Option("--reason", help="Why; it is recorded in the audit trail.")]


@keys.command("list")
def list_keys() -> None:
    """Print every key of the log as outsiders need it, newest first, and for which sizes it counts."""
    with transaction() as session:
        known = eras(session)
    for era in known:
        until = "now" if era.up_to is None else f"{era.up_to:,} entries"
        typer.echo(f"After {era.after:,} entries, until {until}:")
        for key in era.keys:
            typer.echo(f"  {key.vkey()}")


@keys.command("rotate")
def rotate(
    *,
    reason: Reason,
    new_key_file: Annotated[
        Path | None, typer.Option(help="Ed25519 seed in hex; unset, one is made and put in place.")
    ] = None,
    new_ml_dsa_key_file: Annotated[Path | None, typer.Option(help="ML-DSA-44 seed in hex.")] = None,
) -> None:
    """Let new keys sign from here on, stated by the old key and the new one.

    With files of your own nothing is moved: put them in place of the old ones at once.
    """
    given = new_key_file is not None and new_ml_dsa_key_file is not None
    if (new_key_file is None) != (new_ml_dsa_key_file is None):
        raise typer.BadParameter("Give both new key files, or neither.")
    new = (
        read_keys(new_key_file, new_ml_dsa_key_file)
        if new_key_file and new_ml_dsa_key_file
        else waiting_keys()
    )
    fresh = tuple(one.verifier() for one in new)
    with transaction() as session:
        if not already_stated(session, fresh):
            sequence(session)
    with transaction() as session:
        if not already_stated(session, fresh):
            rotate_keys(session, new, reason=reason, by=_BY)
    if not given:
        put_in_place()
        with transaction() as session:
            sequence(session)
        publish()
    _say(given=given)


@keys.command("lost")
def replace_lost(
    *,
    reason: Reason,
    old: Annotated[
        list[str], typer.Option("--old", help="A lost key (name+id+base64), each once.")
    ],
) -> None:
    """State that the keys before those in place are lost; what they signed stays valid up to here."""
    with transaction() as session:
        replace_lost_keys(session, tuple(read_vkey(one) for one in old), reason=reason, by=_BY)
    _say(given=False)


def _say(*, given: bool) -> None:
    if given:
        typer.echo("Put the new files in place of the old ones now; until then nothing is signed.")
        return
    typer.echo("These keys sign from now on; give them to witnesses and auditors:")
    for key in verifiers():
        typer.echo(f"  {key.vkey()}")
