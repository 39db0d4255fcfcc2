"""``anxin rules propose|proposals``: change rules by proposals, kept in the database."""

from pathlib import Path, PurePosixPath
from typing import Annotated

import typer

from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.foundation.ready import database_ready
from service.officers import queries as officers
from service.programmes.commands.shown import AsJson, console, print_json, table
from service.programmes.models import RuleProposal
from service.programmes.overtaken import overtaken
from service.programmes.proposals import queries
from service.programmes.proposals.decide import submit
from service.programmes.proposals.write import Written, write

app = typer.Typer()
_FOLDERS = ("parameters", "programmes", "cases", "county")


@app.command("propose")
def propose(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Whole files, in folders as in the rules: …/parameters/dibao_std.yaml."
        ),
    ],
    title: Annotated[str, typer.Option(help="What changes, in a few words.")],
    law: Annotated[str, typer.Option(help="The document, its number and article.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    effective: Annotated[str, typer.Option(help="The first month decided under it: 2027-01.")],
    by: Annotated[str, typer.Option(help="Username of the officer who writes it.")],
    evidence: Annotated[
        str, typer.Option(help="How the law is known: sourced, secondary, …")
    ] = "sourced",
    *,
    hand_in: Annotated[
        bool, typer.Option("--submit", help="Submit it for approval at once.")
    ] = False,
) -> None:
    """Check a change of rule files and keep it as a draft. 提出规则变更。

    Prints every fault with file and line, and every case that comes out otherwise.
    """
    database_ready()
    texts = {_name_of(path): path.read_text(encoding="utf-8") for path in files}
    with transaction() as session:
        officer = officers.by_username(session, by)
        if officer is None:
            raise NotFound("officer")
        written = Written(title, law, evidence, reason, effective, texts)
        proposal = write(session, written, by=officer)
        if hand_in:
            submit(session, proposal, by=officer)
        typer.echo(f"{proposal.spoken_name} {proposal.state} {proposal.proposed_digest[:12]}")


@app.command("proposals")
def list_proposals(as_json: AsJson = False) -> None:
    """List every proposal, the newest first. 列出规则变更。

    Says on standard error where an upgrade changed a file that an approved change replaces.
    """
    database_ready()
    with transaction() as session:
        found = queries.everyone(session)
        for file in overtaken(session, Month.of(clock.today())):
            typer.echo(f"{file.words.en}\n{file.words.zh}", err=True)
        if as_json:
            print_json([_json(one) for one in found])
            return
        listed = table("Rule changes 规则变更", "no.", "state", "from", "title", "law")
        for one in found:
            listed.add_row(one.spoken_name, one.state, one.effective_month, one.title, one.law)
        console().print(listed)


def _json(one: RuleProposal) -> dict[str, str]:
    return {
        "proposal": one.spoken_name,
        "state": one.state,
        "effective_month": one.effective_month,
        "title": one.title,
        "law": one.law,
        "evidence": one.evidence,
        "base_digest": one.base_digest,
        "proposed_digest": one.proposed_digest,
    }


def _name_of(path: Path) -> str:
    """Return a file's name in the rules, from the last folder that is one of theirs."""
    parts = path.resolve().parts
    for place in range(len(parts) - 1, -1, -1):
        if parts[place] in _FOLDERS:
            start = place - 1 if place and parts[place - 1] == "county" else place
            return PurePosixPath(*parts[start:]).as_posix()
    return path.name
