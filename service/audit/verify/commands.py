"""Commands that verify the trail, live or from a file, and take it out."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from service.audit.log.publish import publish
from service.audit.log.sequence import MOST_AT_ONCE, sequence
from service.audit.log.waiting import mend
from service.audit.standalone.classes import Wrong
from service.audit.standalone.main import exit_code, read_outside, said_of, told, trust_from
from service.audit.standalone.notes import Trust, write_trust
from service.audit.verify.export import export
from service.audit.verify.file import verify_file
from service.audit.verify.live import verify
from service.audit.verify.own_trust import HeadDamaged, own_trust, published_trust
from service.audit.verify.verdict import Verdict
from service.foundation.database import transaction

TrustFile = Annotated[
    Path | None, typer.Option("--trust", help="Keys of log and witnesses, from `audit trust`.")
]
Heads = Annotated[
    list[Path] | None,
    typer.Option("--head", help="A checkpoint kept outside, as a witness shows it."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def verify_trail(
    file: Annotated[
        Path | None, typer.Argument(help="An exported log, or a proof; unset, the live log.")
    ] = None,
    trust: TrustFile = None,
    head: Heads = None,
    *,
    as_json: AsJson = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="A file that no trusted key was given for fails.")
    ] = False,
) -> None:
    """Recompute the whole trail from its first entry; name the first entry that is wrong.

    Without FILE the log in the database, else an exported one or a proof, which needs neither database
    nor settings. Exit codes: 0 verified; 2 unreadable; 3 entry changed; 4 missing; 5 inserted or
    unsigned; 6 order; 7 checkpoint's text or signature; 8 signed root; 9 rolled back or forked against
    a copy kept outside; 10 too few cosignatures; 11 time-stamp; 12 search columns; 13 with --strict:
    nothing is wrong, but no trusted key was given.
    """
    try:
        heads = head or []
        given = trust_from(trust, heads if trust or file else [])
        said = verify_file(file, given) if file else _live(given, [] if trust else heads)
    except Wrong as wrong:
        said = said_of(wrong)
    code = exit_code(said, strict=strict)
    if as_json:
        typer.echo(json.dumps(said, ensure_ascii=False))
    else:
        for line in told(said):
            typer.echo(line, err=bool(code))
    raise typer.Exit(code)


def export_log(
    file: Annotated[Path, typer.Argument(help="The zip to write.")],
) -> None:
    """Write the whole log as one file that anybody can verify offline; it holds no personal data."""
    _sequence()
    with transaction() as session:
        until = export(session, file)
    typer.echo(f"{until.leaves} entries, {file}")


def export_trust(
    file: Annotated[Path, typer.Argument(help="Where the keys are written, as JSON.")],
) -> None:
    """Write what others verify the log with: its keys, its witnesses; hand it over by a way of its own."""
    with transaction() as session:
        content = write_trust(published_trust(session))
    file.write_bytes(content)
    typer.echo(str(file))


def _live(given: Trust | None, heads: list[Path]) -> dict[str, Any]:
    outside = [read_outside(one) for one in heads]
    verdict = _verified(given, outside)
    if verdict.verified:
        _sequence()
        verdict = _verified(given, outside)
    return said_of_live(verdict)


def _verified(given: Trust | None, outside: list[str]) -> Verdict:
    """Verify with what this installation trusts, its own head included, and what was given beside."""
    with transaction() as session:
        try:
            trust = own_trust(session)
        except HeadDamaged:
            return verify(session)
        if given is not None:
            given.heads += trust.heads
            trust = given
        trust.heads += outside
        return verify(session, trust=trust)


def _sequence() -> None:
    with transaction() as session:
        mend(session)  # What somebody took out of the queue gets its place after all.
    added = MOST_AT_ONCE
    while added >= MOST_AT_ONCE:
        with transaction() as session:
            added = sequence(session)
        publish()


def said_of_live(verdict: Verdict) -> dict[str, Any]:
    """Return the verdict on the live log as one JSON object."""
    wrong = None
    if not verdict.verified:
        wrong = Wrong(verdict.code, verdict.sentence, verdict.sentence_zh, verdict.first_bad)
    return {
        **said_of(wrong),
        "entries": verdict.entries,
        "root": verdict.root,
        "checkpoints": verdict.checkpoints,
        "cosigned": verdict.cosigned,
        "anchors": [],
    }
