"""Commands about the audit trail."""

import json

import typer

from service.audit.log.commands import head
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.audit.verify import verify
from service.foundation.database import transaction

app = typer.Typer(help="The audit trail.", no_args_is_help=True)

app.add_typer(head, name="head")

EXIT_NOT_VERIFIED = 3


@app.command("verify")
def verify_trail(
    *, as_json: bool = typer.Option(False, "--json", help="Print one JSON object.")
) -> None:
    """Recompute the whole trail from its first entry; name the first entry that is wrong.

    Exits with 3 when the trail does not verify.
    """
    with transaction() as session:
        verdict = verify(session)
    if verdict.verified:
        with transaction() as session:
            sequence(session)
        publish()
        with transaction() as session:
            verdict = verify(session)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "entries": verdict.entries,
                    "verified": verdict.verified,
                    "first_bad": verdict.first_bad,
                    "sentence": verdict.sentence,
                }
            )
        )
    elif verdict.verified:
        typer.echo(f"{verdict.entries} audit entries verify from the first to the last.")
    else:
        typer.echo(verdict.sentence, err=True)
    if not verdict.verified:
        raise typer.Exit(EXIT_NOT_VERIFIED)
