"""``anxin residents merge|split|disputes|…``: acts on identities, each in an officer's name.

Persons are given by their own ids, never by ID numbers: a command line is kept in histories.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.foundation.database import transaction
from service.foundation.problems import NotFound, Problem
from service.officers import queries
from service.officers.may import require
from service.officers.models import Officer
from service.residents.identity.confirm_life import confirm_alive, confirm_dead
from service.residents.identity.disputes import listed, resolve
from service.residents.identity.merge import merge
from service.residents.identity.split import split

app = typer.Typer(help="Who people are. 人员身份。", no_args_is_help=True)
PersonId = Annotated[int, typer.Argument(help="The person's own id, as the record page shows it.")]
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Reason = Annotated[str, typer.Option(help="Why; kept for ever.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day, such as 2026-01-05.")]
Office = Annotated[str, typer.Option(help="The township or office that looked.")]


@app.command("merge")
def merge_two(kept: PersonId, other: PersonId, by: By, reason: Reason) -> None:
    """Merge OTHER into KEPT: two entries, one human being. 合并同一人。"""
    with _as_officer(by) as (session, officer):
        require(officer, "identity.merge")
        act = merge(session, kept, other, reason=reason, by=officer.actor())
        typer.echo(f"{act.other_id} → {act.kept_id}")


@app.command("split")
def split_two(one: PersonId, other: PersonId, by: By, reason: Reason) -> None:
    """Take the merge of two entries back. 撤销合并。"""
    with _as_officer(by) as (session, officer):
        require(officer, "identity.merge")
        act = split(session, one, other, reason=reason, by=officer.actor())
        typer.echo(f"{act.kept_id} | {act.other_id}")


@app.command("disputes")
def show_disputes() -> None:
    """Show numbers that two people carry and the police have not answered. 同号异人争议。"""
    table = Table("id", "person 人员", "number ends 尾号", "why 原因", "days 天数")
    with transaction() as session:
        for one in listed(session):
            table.add_row(str(one.id), str(one.person_id), one.tail, one.why, str(one.since_days))
    Console().print(table)


@app.command("resolve-dispute")
def resolve_dispute(
    dispute: Annotated[UUID, typer.Argument(help="Id of the dispute.")],
    by: By,
    answer: Annotated[str, typer.Option(help="What public security answered; kept for ever.")],
) -> None:
    """Keep what the police answered; both people are free again. 登记公安答复。"""
    with _as_officer(by) as (session, officer):
        found = resolve(session, dispute, by=officer, resolution=answer)
        typer.echo(f"{found.person_id} {found.why}")


@app.command("confirm-death")
def confirm_death(person: PersonId, on: Day, organisation: Office, by: By, reason: Reason) -> None:
    """Keep that a township confirms a death. 乡镇核实死亡。"""
    with _as_officer(by) as (session, officer):
        confirm_dead(
            session, person, on=_day(on), organisation=organisation, reason=reason, by=officer
        )


@app.command("confirm-alive")
def confirm_life(person: PersonId, on: Day, organisation: Office, by: By, reason: Reason) -> None:
    """Keep that somebody of the township saw the person. 乡镇核实健在。"""
    with _as_officer(by) as (session, officer):
        confirm_alive(
            session, person, on=_day(on), organisation=organisation, reason=reason, by=officer
        )


@contextmanager
def _as_officer(username: str) -> Iterator[tuple[Session, Officer]]:
    try:
        with transaction() as session:
            officer = queries.by_username(session, username)
            if officer is None or not officer.active:
                raise NotFound("officer")
            yield session, officer
    except Problem as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(1) from None


def _day(given: datetime) -> date:
    return given.date()
