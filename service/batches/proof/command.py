"""`anxin audit proof`: make the proof of an entry or of a payment, and check one that somebody kept."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.audit.proof.make import entry_proof
from service.audit.standalone.classes import Wrong
from service.audit.standalone.main import exit_code, said_of, told, trust_from
from service.audit.verify.file import verify_file
from service.batches.proof.payment import payment_named, payment_proof
from service.foundation.database import transaction


def prove(
    entry: Annotated[
        str, typer.Argument(help="An entry's place in the log, or its id. 记录位次或编号。")
    ] = "",
    payment: Annotated[str, typer.Option(help="A payment's reference instead. 付款编号。")] = "",
    check: Annotated[
        Path | None, typer.Option(help="Check this proof instead; needs --trust. 核验存证。")
    ] = None,
    trust: Annotated[
        Path | None, typer.Option(help="Keys of log and witnesses, from `audit trust`.")
    ] = None,
    output: Annotated[Path | None, typer.Option(help="Write it here. 输出文件。")] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Check: print one JSON object.")] = False,
) -> None:
    """Make a proof that an entry or a payment stands in the signed log, or check one offline.

    With --check the exit code is that of `anxin audit verify`.
    """
    if check is not None:
        try:
            said = verify_file(check, trust_from(trust, []))
        except Wrong as wrong:
            said = said_of(wrong)
        for line in [json.dumps(said, ensure_ascii=False)] if as_json else told(said):
            typer.echo(line, err=not said["verified"] and not as_json)
        raise typer.Exit(exit_code(said, strict=True))
    if bool(entry) == bool(payment):
        raise typer.BadParameter("name an entry, or a payment, or a file to check")
    with transaction() as session:
        text = (
            payment_proof(session, payment_named(session, payment))
            if payment
            else entry_proof(session, entry)
        )
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, encoding="utf-8")
