"""Commands of a witness; each works on its directory alone."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.audit.log.note_keys import read_vkey
from service.audit.witness.home import Home
from service.audit.witness.page import status

app = typer.Typer(
    help="Watch another institution's log and cosign its checkpoints (no database needed).",
    no_args_is_help=True,
)
Directory = Annotated[Path, typer.Argument(help="The witness's own directory.")]


@app.command("init")
def init(
    directory: Directory,
    name: Annotated[
        str, typer.Option(help="A name nobody else has, as an address without https://.")
    ],
) -> None:
    """Make a directory with fresh keys; print the lines for the log's policy file."""
    home = Home.make(directory, name)
    for key in home.signers():
        typer.echo(key.verifier().vkey())


@app.command("add-log")
def add_log(
    directory: Directory,
    keys: Annotated[
        list[str], typer.Option("--key", help="A key (vkey) that signs the log's checkpoints.")
    ],
    origin: Annotated[
        str, typer.Option(help="The first line of its checkpoints; unset, the first key's name.")
    ] = "",
) -> None:
    """Watch a log from now on, from its first entry."""
    read = tuple(read_vkey(one) for one in keys)
    log = Home(directory).add_log(origin or read[0].name, read)
    typer.echo(f"{log.origin} is watched: {len(log.keys)} keys.")


@app.command("serve")
def serve_witness(
    directory: Directory,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on; 0 chooses one.")] = 8760,
    requests_per_second: Annotated[int, typer.Option(help="From one address.", min=1)] = 20,
    certificate: Annotated[Path | None, typer.Option(help="PEM file, to serve TLS.")] = None,
    key: Annotated[Path | None, typer.Option(help="PEM file of the certificate's key.")] = None,
) -> None:
    """Serve submissions and the page of what was cosigned."""
    from service.audit.witness.serve import serve  # noqa: PLC0415 - the others need no server

    serve(
        directory,
        host=host,
        port=port,
        requests_per_second=requests_per_second,
        certificate=certificate,
        key=key,
    )


@app.command("show")
def show(
    directory: Directory,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print what was cosigned last of each log."""
    said = status(Home(directory))
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(said["name"])
    for key in said["keys"]:
        typer.echo(f"  key {key[:60]}…")
    for log in said["logs"]:
        when = log["cosigned_at"] or "nothing cosigned yet"
        typer.echo(f"  {log['origin']}: {log['size']} entries, root {log['root']}, {when}")
    if said["refused"]:
        typer.echo(f"  {said['refused']} signed checkpoints were refused; see evidence/")
