"""Commands about signed batches: take them out, and verify them anywhere."""

import json
from pathlib import Path
from typing import Annotated

import typer

from service.audit.actor import Actor
from service.audit.record import record
from service.batches import queries
from service.foundation.database import transaction
from service.foundation.problems import NotFound
from service.signing.bundle.check import check
from service.signing.bundle.codes import MEANING, NOT_COMPARED, UNREADABLE, VERIFIED
from service.signing.bundle.time_stamp import Stamping
from service.signing.bundle.trust import (
    TrustUnusable,
    keys_of_service,
    read_anchors,
    read_stamping,
    read_trust,
)
from service.signing.bundle.write import packed, write_bundle
from service.signing.signers.time_stamps.missing import ask_for_missing
from service.signing.standalone.recount import told
from service.signing.voucher.voucher import SIGNED

app = typer.Typer(help="Signed batches, and their verification anywhere.", no_args_is_help=True)
_BY = Actor(kind="system", id="command line")


@app.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where the bundles are written, one folder each.")],
    batch: Annotated[str, typer.Option(help="Only this batch.")] = "",
    *,
    zipped: Annotated[bool, typer.Option("--zip", help="One zip a batch.")] = False,
) -> None:
    """Write one self-contained bundle for each signed batch."""
    with transaction() as session:
        signed = [one.batch_no for one in queries.in_states(session, *SIGNED)]
    wanted = [one for one in signed if batch in ("", one)]
    if batch and not wanted:
        raise NotFound("signed batch")
    for batch_no in wanted:
        with transaction() as session:
            found = queries.by_no(session, batch_no)
            written = write_bundle(session, found, folder)
            record(session, "batch.bundle_exported", by=_BY, on=("batches", found.id))
        typer.echo(str(packed(written) if zipped else written))


@app.command("stamp")
def stamp() -> None:
    """Ask at once for the time-stamp of every signed batch that has none; a worker does the asking."""
    with transaction() as session:
        asked = ask_for_missing(session, at_once=True)
    for batch_no in asked:
        typer.echo(batch_no)
    typer.echo(f"{len(asked)} time-stamps are asked for. 已请求 {len(asked)} 个时间戳。")


@app.command("keys")
def keys(
    file: Annotated[Path, typer.Argument(help="Where the public keys are written, as JSON.")],
) -> None:
    """Write every officer's public key, for those who verify elsewhere; hand it over by a way of its own."""
    with transaction() as session:
        found = keys_of_service(session)
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    typer.echo(f"{len(found['keys'])} keys, {file}")


@app.command("verify")
def verify(
    bundle: Annotated[Path, typer.Argument(help="A folder or zip written by export.")],
    trust: Annotated[
        Path | None, typer.Option(help="Trusted keys: a file of `keys`, or a folder of such files.")
    ] = None,
    *,
    stamped: Annotated[
        bool, typer.Option("--stamped", help="A bundle without a time-stamp fails.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Keys that were not compared with trusted ones fail.")
    ] = False,
) -> None:
    """Verify a bundle without any database; the exit code says what class of thing is wrong.

    0 verified; 2 unreadable; 3 manifest; 4 lines; 5 bank file; 6 signature; 7 key or certificate;
    8 time-stamp; 9 who acted; 10 with --strict: all agrees, but the keys were not compared with
    trusted ones. Without --strict that is said, and ends with 0.
    """
    try:
        trusted = read_trust(trust) if trust else None
        anchors = read_anchors(trust) if trust else None
        stamping = read_stamping(trust, always=stamped) if trust else Stamping(always=stamped)
    except TrustUnusable as problem:
        typer.echo(f"{problem}\n{problem.say('zh')}", err=True)
        raise typer.Exit(UNREADABLE) from None
    report, signatures = check(bundle, trusted, anchors, stamping)
    for line in told(report):
        if not line.startswith("WRONG"):
            typer.echo(line)
    for one in signatures:
        typer.echo(
            f"signature {one['position']}  {one['name']}  {one['officer']}  {one['algorithm']}  {one['signed_at']}"
        )
        typer.echo(f"  key       {one['public_key']}")
    code = report.exit_code
    for wrong in report.wrong:
        english, chinese = MEANING[wrong.code]
        if wrong.code != NOT_COMPARED:
            typer.echo(f"{wrong.code} {english} {chinese}: {wrong.said}", err=True)
        elif code == NOT_COMPARED:
            typer.echo(f"Note 注意: {english}. {chinese}。")
    if code == NOT_COMPARED and not strict:
        code = VERIFIED
    if code == VERIFIED:
        typer.echo("Verified. 核验通过。")
    raise typer.Exit(code)
