"""Commands about the log's trusted head."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from service.audit.actor import Actor
from service.audit.log.adopt import adopt_head
from service.audit.log.checkpoints import Checkpoint, read_checkpoint
from service.audit.log.continues import require_continuation
from service.audit.log.fsck import check_tiles
from service.audit.log.head import head_file, kept_head
from service.audit.log.log_keys import eras, open_checkpoint
from service.audit.log.note import read_note
from service.audit.log.note_keys import read_vkey, verified
from service.audit.log.tiles import export_tiles
from service.foundation.database import transaction

files = typer.Typer()
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


@files.command("tiles")
def lay_out(
    folder: Annotated[Path, typer.Argument(help="Where the files are, or shall be.")],
) -> None:
    """Bring the log's files (tlog-tiles) in a folder up to the last published checkpoint."""
    with transaction() as session:
        size = export_tiles(session, folder)
    typer.echo(f"{folder} holds the log of {size} entries.")


@files.command("fsck")
def check_files(
    folder: Annotated[Path, typer.Argument(help="Where the files are.")],
    *,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key", help="A key of the log (name+id+base64); unset: this installation's."
        ),
    ] = None,
) -> None:
    """Check the log's files in a folder: every entry, every tile, the signed root.

    Exits with 1 and names the first file that is wrong.
    """
    said = check_tiles(folder, _opening(key or []))
    typer.echo(f"{said.size} entries of {said.origin} verify.")


def _opening(keys: list[str]) -> Callable[[str], Checkpoint]:
    if not keys:
        with transaction() as session:
            known = eras(session)
        return lambda text: open_checkpoint(text, known).checkpoint
    trusted = [read_vkey(one) for one in keys]

    def opening(text: str) -> Checkpoint:
        note = read_note(text)
        verified(note, trusted)
        return read_checkpoint(note.text)

    return opening
