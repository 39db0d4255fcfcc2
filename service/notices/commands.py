"""``anxin notices …``: what hangs, posting, objections and their answers, each act in an officer's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.batches.queries import locked_by_no
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import NotFound, Problem
from service.notices import queries
from service.notices.objections import queries as objection_queries
from service.notices.objections.answer import answer
from service.notices.objections.api import out
from service.notices.objections.lodge import Said, lodge
from service.notices.post import post
from service.notices.public_api import said
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer

app = typer.Typer(help="Public notices and objections. 公示与异议。", no_args_is_help=True)
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Number = Annotated[str, typer.Argument(help="Number of the notice, like MZ17-2026-10-01-G1.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Day = Annotated[
    datetime | None,
    typer.Option(formats=["%Y-%m-%d"], help="The day it is posted; today if left out."),
]


@app.command("list")
def list_notices(*, as_json: AsJson = False) -> None:
    """List what hangs and what ended lately. 公示一览。"""
    with transaction() as session:
        found = [said(one) for one in queries.posted(session, on=clock.today())]
    if as_json:
        typer.echo(json.dumps(found, default=str))
        return
    if not found:
        typer.echo("No notice hangs or ended lately. 目前没有公示。")
        return
    table = Table("Notice", "About", "Month", "Last day", "State")
    for one in found:
        table.add_row(
            *(str(one[key]) for key in ("number", "title", "month", "ends_on", "standing"))
        )
    Console().print(table)


@app.command("show")
def show_notice(
    number: Number,
    village: Annotated[str, typer.Option(help="12-digit code of one village.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """Show what a notice shows. 公示内容。"""
    with _problems(), transaction() as session:
        posted = queries.by_number(session, number, on=clock.today())
        about = said(posted)
        lines = (
            queries.named_lines(session, posted.notice, division=village, limit=2_000)[0]
            if posted.standing == "hanging"
            else []
        )
        shown = [
            {
                "place": line.place,
                "name": line.name_masked,
                "division": line.division,
                "amount_fen": line.amount_fen,
            }
            for line in lines
        ]
    if as_json:
        typer.echo(json.dumps({**about, "lines": shown}, default=str))
        return
    table = Table("No.", "Name", "Village", "Fen", title=f"{number}: {about['standing']}")
    for line in shown:
        table.add_row(*("" if one is None else str(one) for one in line.values()))
    Console().print(table)


@app.command("post")
def post_notice(
    batch_no: Annotated[str, typer.Argument(help="Number of the frozen batch.")],
    by: By,
    on: Day = None,
) -> None:
    """Post a frozen batch's notice. 张榜公示。"""
    with _officer(by) as (session, officer):
        require(officer, "notices.post")
        batch = locked_by_no(session, batch_no)
        day = on.date() if on else clock.today()
        posted = post(session, batch, on=day, by=officer.actor())
        if posted is None:
            typer.echo(f"{batch_no} needs no notice. 无须公示。")
        else:
            typer.echo(f"{posted.number}: {posted.posted_on} – {posted.ends_on}")


@app.command("objections")
def list_objections(
    state: Annotated[str, typer.Option(help="open, upheld or dismissed.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List objections, what is due first on top. 异议一览。"""
    with transaction() as session:
        cases, total = objection_queries.find(session, state=state)
        found = [out(case) for case in cases]
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found]))
        return
    table = Table("Objection", "Notice", "Line", "Due", "State", title=f"{total} objections")
    for one in found:
        state_said = "overdue" if one.overdue else one.state
        table.add_row(
            one.objection_no, one.notice_number, str(one.place or "–"), str(one.due_on), state_said
        )
    Console().print(table)


@app.command("object")
def take_objection(
    number: Number,
    by: By,
    text: Annotated[str, typer.Option(help="What is wrong, as it was said.")],
    line: Annotated[int, typer.Option(help="Number on the list; 0 for the whole list.")] = 0,
    who: Annotated[str, typer.Option(help="resident, neighbour or other.")] = "other",
    contact: Annotated[str, typer.Option(help="How to ask them, if they like.")] = "",
) -> None:
    """Take an objection for somebody; prints the code. 代为登记异议。"""
    with _officer(by) as (session, officer):
        posted = queries.by_number(session, number, on=clock.today())
        lodged = lodge(
            session,
            posted.notice,
            Said(text, who, contact, line or None),
            on=clock.today(),
            taken_by=officer,
        )
        session.flush()
        typer.echo(f"{lodged.objection.objection_no} {lodged.code}")
        typer.echo(f"To be answered by {lodged.objection.due_on}.")


@app.command("answer")
def answer_objection(
    objection_no: Annotated[str, typer.Argument(help="Number of the objection, like O000123.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why; the objector reads it.")],
    *,
    uphold: Annotated[
        bool,
        typer.Option("--uphold/--dismiss", help="Keep the line off the list, or let it go on."),
    ],
) -> None:
    """Answer an objection. 答复异议。"""
    with _officer(by) as (session, officer):
        case = objection_queries.by_no(session, objection_no)
        back = answer(session, case.objection, upheld=uphold, reason=reason, by=officer)
        typer.echo(
            f"{objection_no}: {case.objection.state}" + (", on the list again" if back else "")
        )


@contextmanager
def _officer(username: str) -> Iterator[tuple[Session, Officer]]:
    with _problems(), transaction() as session:
        officer = officer_queries.by_username(session, username)
        if officer is None or not officer.active:
            raise NotFound("officer")
        yield session, officer


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(1) from None
