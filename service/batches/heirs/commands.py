"""``anxin heirs …``: who receives for the dead, each act in an officer's name.

Persons are given by their own ids, never by ID numbers: a command line is kept in histories.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.batches.heirs import estates, queries
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer
from service.residents.heirs import Claim, approve_heir, end_heir, refuse_heir, register_heir
from service.residents.heirs.register import share_of
from service.residents.heirs.shares import written
from service.residents.models import HeirRegistration
from service.web.filters import masked_name

app = typer.Typer(help="Heirs of the dead. 逝者遗留款项领取人。", no_args_is_help=True)
PersonId = Annotated[int, typer.Argument(help="The dead person's own id. 逝者人员编号。")]
HeirId = Annotated[UUID, typer.Argument(help="Id of the registration, as “heirs show” prints it.")]
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Reason = Annotated[str, typer.Option(help="Why; kept for ever.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_estates(
    by: By,
    after: Annotated[str, typer.Option(help="Where a page begins, as the one before says.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=1_000, help="At most so many.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List the dead whose money waits for heirs, as an officer may see them. 待领取的遗留款项。"""
    with _as_officer(by) as (session, officer):
        require(officer, "heirs.read")
        found, following = estates.page(session, officer, after=after, limit=limit)
    if as_json:
        listed = [
            {
                "person": one.person.id,
                "lines": one.lines,
                "fen": one.fen,
                "approved_share": written(one.approved),
                "unconfirmed": len(one.unconfirmed),
            }
            for one in found
        ]
        typer.echo(json.dumps({"estates": listed, "next": following}))
        return
    table = Table("person 人员", "lines 笔数", "yuan 元", "share 份额", "unconfirmed 待复核")
    for one in found:
        table.add_row(
            str(one.person.id),
            str(one.lines),
            yuan(one.fen),
            written(one.approved),
            str(len(one.unconfirmed)),
        )
    Console().print(table)
    if following:
        typer.echo(f"--after {following}")


@app.command("show")
def show_estate(person: PersonId, by: By) -> None:
    """Show what waits for one of the dead, and who receives it. 遗留款项明细。"""
    with _as_officer(by) as (session, officer):
        kept = queries.seen(session, person, officer).id
        lines = Table("programme 项目", "period 期间", "yuan 元", "state 状态", "held by 拦截")
        for line, _, held in queries.lines_of(session, kept):
            lines.add_row(
                line.programme, line.period, yuan(line.amount_fen), line.state, " ".join(held)
            )
        heirs = Table("id", "heir 领取人", "share 份额", "ground 依据", "state 状态")
        heirs.columns[0].no_wrap, heirs.columns[0].overflow = True, "fold"
        for one in queries.heirs_of(session, kept):
            row = one.row
            who = f"{masked_name(one.person.name)} {one.person.id}"
            heirs.add_row(str(row.id), who, written(share_of(row)), row.basis, _state(row))
        Console().print(lines, heirs)


@app.command("register")
def register_one(
    person: PersonId,
    heir: Annotated[int, typer.Argument(help="The heir's own id. 领取人人员编号。")],
    by: By,
    reason: Reason,
    basis: Annotated[str, typer.Option(help="agreement, notarised, judgement or funeral.")],
    relation: Annotated[
        str, typer.Option(help="spouse, child, parent, sibling, grandchild or other.")
    ],
    evidence: Annotated[str, typer.Option(help="Number of the deed, judgement or agreement.")],
    share: Annotated[str, typer.Option(help="A fraction like 1/3.")] = "1/1",
) -> None:
    """Register an heir; a second officer must approve. 登记领取人（须他人复核）。"""
    claim = Claim(basis, relation, evidence, reason, share)
    with _as_officer(by) as (session, officer):
        typer.echo(str(register_heir(session, person, heir, claim, by=officer).id))


@app.command("approve")
def approve_one(heir: HeirId, by: By) -> None:
    """Approve what another officer registered. 复核领取人。"""
    with _as_officer(by) as (session, officer):
        typer.echo(_state(approve_heir(session, heir, by=officer)))


@app.command("refuse")
def refuse_one(heir: HeirId, by: By, reason: Reason) -> None:
    """Refuse what another officer registered. 退回领取人登记。"""
    with _as_officer(by) as (session, officer):
        typer.echo(_state(refuse_heir(session, heir, reason=reason, by=officer)))


@app.command("end")
def end_one(heir: HeirId, by: By, reason: Reason) -> None:
    """End a registration; what is frozen or paid stays. 终止领取人登记。"""
    with _as_officer(by) as (session, officer):
        typer.echo(_state(end_heir(session, heir, reason=reason, by=officer)))


def _state(heir: HeirRegistration) -> str:
    if heir.ended_at is not None:
        return "ended 已终止"
    return "approved 已复核" if heir.approved_at else "waits for a second officer 待复核"


@contextmanager
def _as_officer(username: str) -> Iterator[tuple[Session, Officer]]:
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
