"""Commands about witnesses on our side."""

import typer

from service.audit.log.log_keys import verifiers


def print_vkeys() -> None:
    """Print the keys that sign the log's checkpoints (vkeys), for whoever is to witness or verify it."""
    for key in verifiers():
        typer.echo(key.vkey())
