"""Commands about sign-offs: the chains, what is late, absences, and the steps of one batch."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from service.approvals import absences
from service.approvals.chains.in_force import chains_now
from service.approvals.chains.put import put
from service.approvals.chains.read import read_file
from service.approvals.chains.staffing import shortages
from service.approvals.progress import progress_of
from service.audit.actor import Actor
from service.batches import queries
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound
from service.officers.models import Officer
from service.officers.queries import by_username
from service.programmes.in_force import rules_now

app = typer.Typer(help="Sign-offs: chains, steps, absences.", no_args_is_help=True)
chains = typer.Typer(help="Who signs off what.", no_args_is_help=True)
app.add_typer(chains, name="chains")
COMMAND_LINE = Actor(kind="system", id="command line")


@chains.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="A file; what is in force if left out.")
    ] = None,
) -> None:
    """Say whether the present staff could complete every chain; exit 1 if not."""
    with transaction() as session:
        found = (
            chains_now(session) if file is None else read_file(file, rules_now(session).programmes)
        )
        missing = shortages(session, found)
        for code, chain in found.chains.items():
            short = next((one for one in missing if one.chain == code), None)
            typer.echo(f"{code}\t{chain.zh} {chain.en}\t{short.sentence if short else 'complete'}")
    if missing:
        raise typer.Exit(1)


@chains.command("put")
def put_file(file: Annotated[Path, typer.Argument(help="A file of chains (YAML).")]) -> None:
    """Put a file's chains in force for every list that is frozen from now on."""
    with transaction() as session:
        made = put(session, file, by=COMMAND_LINE)
    typer.echo(f"{len(made.chains)} chains in force, digest {made.digest[:16]}")


@chains.command("show")
def show() -> None:
    """Show the chains in force, step by step, and which batches take them."""
    with transaction() as session:
        found = chains_now(session)
    for chain in found.chains.values():
        typer.echo(f"{chain.code}: {chain.zh} {chain.en}")
        for number, step in enumerate(chain.steps, start=1):
            typer.echo(
                f"  {number} {step.code}\t{step.zh} {step.en}\t{step.kind}\t{step.duty} "
                f"× {step.people}\t{step.days} working days\t"
                f"{step.organisation}{' each township' if step.each_township else ''}"
            )
    for one in found.use:
        who = ", ".join(sorted(one.programmes)) or "every programme"
        typer.echo(f"{who} from {yuan(one.from_fen)} yuan: {one.chain}")


@app.command("steps")
def steps(batch_no: Annotated[str, typer.Argument(help="Like MZ15-2026-10-01.")]) -> None:
    """Show a batch's steps: who took them, who is next, and by when."""
    with transaction() as session:
        batch = queries.by_no(session, batch_no)
        for one in progress_of(session, batch, on=clock.today()):
            people = ", ".join(officer.username for officer in one.may_act)
            typer.echo(
                f"{one.step.position} {one.step.code}{one.step.division and ' ' + one.step.division}\t"
                f"{one.state}\t{one.given}/{one.step.needed}\t{one.due_on or ''}\t{people}"
            )


@app.command("absent")
def absent(
    username: Annotated[str, typer.Argument(help="Who is away.")],
    from_day: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    to_day: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"])],
    reason: Annotated[str, typer.Option(help="Why; kept in the audit trail.")],
    delegate: Annotated[str, typer.Option(help="Who stands in; nobody if left out.")] = "",
) -> None:
    """Register an officer as absent, with or without a stand-in."""
    with transaction() as session:
        made = absences.register(
            session,
            _officer(by_username(session, username)),
            from_day=_day(from_day),
            to_day=_day(to_day),
            delegate=_officer(by_username(session, delegate)) if delegate else None,
            reason=reason,
            by=COMMAND_LINE,
            on=clock.today(),
        )
        typer.echo(str(made.id))


@app.command("present")
def present(username: Annotated[str, typer.Argument(help="Who is back.")]) -> None:
    """End an officer's absence of today and later."""
    with transaction() as session:
        officer = _officer(by_username(session, username))
        for one in absences.coming(session, officer, on=clock.today()):
            absences.end(session, one, by=COMMAND_LINE)


def _officer(found: Officer | None) -> Officer:
    if found is None:
        raise NotFound("officer")
    return found


def _day(given: datetime) -> date:
    return given.date()
