"""``anxin reconciliation exceptions …``: finance's work list, each act in an officer's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation.desk import find, own
from service.reconciliation.desk.api import told
from service.reconciliation.desk.given import csv_lines
from service.reconciliation.desk.totals import totals
from service.reconciliation.desk.wanted import FIELDS, Wanted, wanted_from
from service.web import here

app = typer.Typer(
    help="What reconciliation left for a person. 对账异常清单。", no_args_is_help=True
)
Keys = Annotated[list[str], typer.Argument(help="Exceptions by key, like p1042. 异常编号。")]
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Note = Annotated[str, typer.Option(help="What is said with it; kept. 说明。")]
Language = Annotated[str, typer.Option(help="zh or en: in which reasons and steps are told.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        help=f"A filter, like reason=AC04; one of {', '.join(FIELDS)}. May be given several times."
    ),
]


@app.command("list")
def list_exceptions(
    by: By,
    only: Only = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    language: Language = "zh",
    *,
    as_json: AsJson = False,
) -> None:
    """List what is open, the oldest first: why, what next, who puts it right, who looks after it. 异常清单。"""
    wanted = _wanted(only)
    with act(by, language) as (session, officer):
        require(officer, "reconciliation.read")
        rows = told(session, list(islice(find.every(session, wanted), limit)))
        sums = totals(session, wanted)
    count = sum(one.count for one in sums)
    if as_json:
        listed = [one.model_dump(mode="json") for one in rows]
        kinds = [vars(one) for one in sums]
        typer.echo(
            json.dumps({"total": count, "kinds": kinds, "exceptions": listed}, ensure_ascii=False)
        )
        return
    table = Table(
        "Key", "Days", "Bank", "Programme", "Reason", "Who", "Yuan", "State", "Owner",
        title=f"{count:,} exceptions",
    )  # fmt: skip
    for one in rows:
        table.add_row(
            one.key, str(one.working_days), one.bank, one.programme, one.reason, one.who,
            yuan(one.amount_fen), one.state, one.owner,
        )  # fmt: skip
    Console().print(table)


@app.command("csv")
def write_csv(by: By, only: Only = None, language: Language = "zh") -> None:
    """Write all that is open as CSV. 导出异常清单。"""
    with act(by, language) as (session, officer):
        require(officer, "reconciliation.read")
        for line in csv_lines(session, _wanted(only)):
            typer.echo(line, nl=False)


@app.command("show")
def show_exception(
    key: Annotated[str, typer.Argument(help="The exception, like p1042. 异常编号。")],
    by: By,
    language: Language = "zh",
) -> None:
    """Show one exception as JSON. 查看异常。"""
    with act(by, language) as (session, officer):
        require(officer, "reconciliation.read")
        one = find.one(session, key)
        if one is None:
            raise NotFound("exception")
        typer.echo(json.dumps(told(session, [one])[0].model_dump(mode="json"), ensure_ascii=False))


@app.command("take")
def take_exceptions(keys: Keys, by: By, note: Note = "") -> None:
    """Look after exceptions oneself; a note is needed for what a colleague has. 领办。"""
    with act(by) as (session, officer):
        own.take(session, keys, note=note, by=officer)


@app.command("hand")
def hand_exceptions(
    keys: Keys,
    by: By,
    note: Note,
    to: Annotated[str, typer.Option(help="User name of the colleague. 移交对象。")],
) -> None:
    """Hand exceptions to a colleague with a note. 移交。"""
    with act(by) as (session, officer):
        own.hand(session, keys, to=to, note=note, by=officer)


@app.command("lay-down")
def lay_down_exceptions(keys: Keys, by: By, note: Note) -> None:
    """Give exceptions back to everybody, with a reason. 退出领办。"""
    with act(by) as (session, officer):
        own.lay_down(session, keys, note=note, by=officer)


@contextmanager
def act(username: str, language: str = "zh") -> Iterator[tuple[Session, Officer]]:
    """Open a transaction in an officer's name; a refusal is its sentence and exit code 1."""
    here.enter(here.Visit(language="en" if language == "en" else "zh"))
    try:
        with transaction() as session:
            officer = officer_queries.by_username(session, username)
            if officer is None:
                raise NotFound("officer")
            yield session, officer
    except Problem as problem:
        typer.echo(f"{problem}\n{problem.say('zh')}", err=True)
        raise typer.Exit(1) from None


def _wanted(only: list[str] | None) -> Wanted:
    given = dict(one.partition("=")[::2] for one in only or ())
    unknown = [name for name in given if name not in FIELDS]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(FIELDS)}")
    return wanted_from(given)
