"""``anxin recoveries …``: what was paid too much, each act in an officer's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.batches.recoveries import queries
from service.batches.recoveries.decide import agree, notify
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.receive import receive
from service.batches.recoveries.standing import Standing, standing, standings
from service.batches.recoveries.write_off import approve_write_off
from service.foundation.database import transaction
from service.foundation.money import fen_from_yuan, yuan
from service.foundation.months import Month
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers.models import Officer

app = typer.Typer(help="Recoveries. 多发追回。", no_args_is_help=True)
CaseNo = Annotated[str, typer.Argument(help="Number of the case, like R000123.")]
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Reason = Annotated[str, typer.Option(help="Why; kept for ever.")]
Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day, such as 2026-10-05.")]
Yuan = Annotated[str, typer.Option(help="Yuan, like 120.50.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_cases(
    state: Annotated[str, typer.Option(help="Only cases in this state.")] = "",
    *,
    as_json: AsJson = False,
) -> None:
    """List cases, the newest first. 追回案件一览。"""
    with transaction() as session:
        cases, total = queries.find(session, state=state)
        figures = standings(session, [case.id for case in cases])
    if as_json:
        typer.echo(json.dumps([_said(case, figures[case.id]) for case in cases]))
        return
    table = Table("Case", "Programme", "Month", "State", "Asked", "Left", title=f"{total} cases")
    for case in cases:
        one = figures[case.id]
        sums = yuan(one.asked_fen), yuan(one.left_fen)
        table.add_row(case.case_no, case.programme, case.month, case.state, *sums)
    Console().print(table)


@app.command("show")
def show_case(case_no: CaseNo, *, as_json: AsJson = False) -> None:
    """Show one case, month by month. 案件明细。"""
    with _problems(), transaction() as session:
        case = queries.by_no(session, case_no)
        months = queries.months_of(session, case)
        kept = queries.kept_lines(session, case)
        figures = standing(session, case.id)
    if as_json:
        listed = [vars(one) for one in months]
        typer.echo(json.dumps({**_said(case, figures), "months": listed}))
        return
    table = Table("Period", "Line", "Asked", "Back", title=f"{case.case_no}: {case.state}")
    for one in months:
        sums = yuan(one.asked_fen), yuan(one.recovered_fen)
        table.add_row(one.period, f"{one.batch_no} {one.reference}", *sums)
    Console().print(table)
    for line in kept:
        typer.echo(
            f"{line.batch_no} {line.payment.reference}: {yuan(line.gross_fen)} due, "
            f"{yuan(line.offset_fen)} kept, {yuan(line.payment.amount_fen)} paid"
        )
    typer.echo(
        f"{yuan(figures.asked_fen)} yuan asked, {yuan(figures.kept_fen)} kept from later lines, "
        f"{yuan(figures.received_fen)} paid back, {yuan(figures.left_fen)} left{_terms(case)}"
    )


@app.command("notify")
def notify_resident(
    case_no: CaseNo,
    by: By,
    on: Day,
    how: Annotated[str, typer.Option(help="How the resident was told.")],
) -> None:
    """Keep that the resident was told. 告知当事人。"""
    with _case(case_no, by) as (session, case, officer):
        notify(session, case, on=on.date(), how=how, by=officer)


@app.command("agree")
def agree_terms(
    case_no: CaseNo,
    by: By,
    reason: Reason,
    share: Annotated[int, typer.Option(help="Percent of each later payment, at most.")],
    monthly: Annotated[str, typer.Option(help="Yuan of one instalment; netting without.")] = "",
    first: Annotated[str, typer.Option(help="Month of the first instalment.")] = "",
) -> None:
    """Agree that later payments are reduced. 同意抵扣或分期。"""
    with _case(case_no, by) as (session, case, officer):
        agree(
            session,
            case,
            share_percent=share,
            reason=reason,
            by=officer,
            monthly_fen=fen_from_yuan(monthly) if monthly else None,
            first_month=Month.parse(first) if first else None,
        )


@app.command("receive")
def receive_money(
    case_no: CaseNo,
    by: By,
    amount: Yuan,
    on: Day,
    reference: Annotated[str, typer.Option(help="The bank's reference of the receipt.")],
) -> None:
    """Record money that was paid back. 登记退回款。"""
    with _case(case_no, by) as (session, case, officer):
        fen = fen_from_yuan(amount)
        new = receive(session, case, amount_fen=fen, on=on.date(), reference=reference, by=officer)
        if not new:
            typer.echo("This receipt was counted before.")


@app.command("write-off")
def write_off(case_no: CaseNo, by: By, reason: Reason) -> None:
    """Approve that what is left is given up; two officers must. 核销（须两人批准）。"""
    with _case(case_no, by) as (session, case, officer):
        last = approve_write_off(session, case, reason=reason, by=officer)
        typer.echo("Written off." if last else "Approved once; one more officer must approve.")


@contextmanager
def _case(case_no: str, username: str) -> Iterator[tuple[Session, RecoveryCase, Officer]]:
    with _problems(), transaction() as session:
        officer = officer_queries.by_username(session, username)
        if officer is None or not officer.active:
            raise NotFound("officer")
        case = queries.by_no(session, case_no, locked=True)
        yield session, case, officer
        figures = standing(session, case.id)
        typer.echo(f"{case.case_no}: {case.state}, {yuan(figures.left_fen)} yuan left")


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(1) from None


def _terms(case: RecoveryCase) -> str:
    if case.share_percent is None:
        return ""
    share = f"; at most {case.share_percent} % of a payment"
    if case.monthly_fen is None:
        return share
    return f"{share}, {yuan(case.monthly_fen)} yuan a month from {case.first_month}"


def _said(case: RecoveryCase, figures: Standing) -> dict[str, str | int]:
    return {
        "case": case.case_no,
        "programme": case.programme,
        "month": case.month,
        "state": case.state,
        "asked_fen": figures.asked_fen,
        "kept_fen": figures.kept_fen,
        "received_fen": figures.received_fen,
        "left_fen": figures.left_fen,
    }
