"""``anxin exceptions …``: the work list, assignments, answers and decisions, each act in an officer's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.batches.exceptions import find
from service.batches.exceptions import progress as progressing
from service.batches.exceptions.answer import answer, ask_again, give_back, withdraw
from service.batches.exceptions.assign import EACH, To, assign, preview_assign
from service.batches.exceptions.choose import Share
from service.batches.exceptions.clear import clear, preview_clear
from service.batches.exceptions.find import Wanted
from service.batches.exceptions.pages import FIELDS, csv_lines
from service.batches.exceptions.remind import escalate, remind
from service.batches.exceptions.totals import totals
from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound, Problem
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer

app = typer.Typer(help="Exceptions first. 异常清单、交办与处理。", no_args_is_help=True)
Key = Annotated[str, typer.Argument(help="The exception, like h12 or f3.")]
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Reason = Annotated[str, typer.Option(help="Why; kept for ever.")]
Days = Annotated[int, typer.Option(help="Working days to answer; 0 for the rule's.")]
Mark = Annotated[str, typer.Option(help="The preview's mark; without it nothing is done.")]
Monthly = Annotated[str, typer.Option(help="Only lists of this month.")]
Only = Annotated[
    list[str] | None,
    typer.Option(
        help="A filter, like control=no_account; also batch, programme, place, severity, "
        f"organisation, standing ({', '.join(find.STANDINGS)}). May be given several times."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_exceptions(
    by: By,
    month: Monthly = "",
    only: Only = None,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    *,
    as_json: AsJson = False,
) -> None:
    """List what an officer may see, the gravest and oldest first. 异常清单。"""
    wanted = _wanted(month, only)
    with _act(by) as (session, officer):
        require(officer, "exceptions.read")
        seen = find.seen_by(officer)
        rows = list(islice(find.every(session, wanted, seen), limit))
        sums = totals(session, wanted, seen)
    if as_json:
        listed = [
            {
                "key": one.key, "severity": one.severity, "control": one.control,
                "batch": one.batch_no, "programme": one.programme, "amount_fen": one.amount_fen,
                "state": one.task_state or "unassigned", "office": one.organisation or "",
                "due_on": str(one.due_on or ""),
            }
            for one in rows
        ]  # fmt: skip
        typer.echo(json.dumps({"total": sums.count, "exceptions": listed}, ensure_ascii=False))
        return
    title = f"{sums.count:,} exceptions, {sums.overdue:,} overdue"
    table = Table(
        "Key", "Severity", "Control", "Batch", "Yuan", "State", "Office", "By", title=title
    )
    for one in rows:
        table.add_row(
            one.key, one.severity, one.control, one.batch_no, yuan(one.amount_fen),
            one.task_state or "", one.organisation or "", str(one.due_on or ""),
        )  # fmt: skip
    Console().print(table)


@app.command("csv")
def write_csv(by: By, month: Monthly = "", only: Only = None) -> None:
    """Write what an officer may see as CSV. 导出清单。"""
    with _act(by) as (session, officer):
        require(officer, "exceptions.read")
        for line in csv_lines(session, _wanted(month, only), officer):
            typer.echo(line, nl=False)


@app.command("assign")
def assign_exceptions(
    to: Annotated[str, typer.Argument(help=f"An office's name, {EACH[0]} or {EACH[1]}.")],
    by: By,
    reason: Reason = "",
    mark: Mark = "",
    days: Days = 0,
    month: Monthly = "",
    only: Only = None,
) -> None:
    """Show what giving exceptions to an office would do; do it with the mark shown. 交办。"""
    wanted = _wanted(month, only)
    with _act(by) as (session, officer):
        if not mark:
            shown = preview_assign(session, wanted, To(to, days), by=officer)
            _show(shown.mark, shown.total, shown.refused)
            for one in shown.offices:
                typer.echo(f"  {one.name}\t{one.count:,}")
            return
        for made in assign(session, wanted, To(to, days), mark=mark, note=reason, by=officer):
            typer.echo(f"{made.assignment_no}\t{made.organisation}\t{made.count:,}")


@app.command("clear")
def clear_exceptions(
    by: By,
    reason: Reason = "",
    mark: Mark = "",
    month: Monthly = "",
    only: Only = None,
) -> None:
    """Show what clearing would do; do it with the mark shown and one reason. 批量解除。"""
    wanted = _wanted(month, only)
    with _act(by) as (session, officer):
        if not mark:
            shown = preview_clear(session, wanted, by=officer)
            _show(shown.mark, shown.total, shown.refused)
            return
        made = clear(session, wanted, mark=mark, reason=reason, by=officer)
        typer.echo(f"{made.decision_no}\t{made.count:,}\t{yuan(made.amount_fen)}")


@app.command("answer")
def answer_exception(
    key: Key,
    by: By,
    outcome: Annotated[str, typer.Option(help="confirmed, corrected or not_found.")],
    said: Annotated[str, typer.Option(help="What was found.")],
    evidence: Annotated[str, typer.Option(help="What it rests on.")],
) -> None:
    """Keep what the officer's office found. 反馈办理结果。"""
    with _act(by) as (session, officer):
        answer(session, key, outcome=outcome, said=said, evidence=evidence, by=officer)


@app.command("give-back")
def give_back_exception(key: Key, by: By, reason: Reason) -> None:
    """Say that it is not the office's own. 退回。"""
    with _act(by) as (session, officer):
        give_back(session, key, reason=reason, by=officer)


@app.command("ask-again")
def ask_again_about(key: Key, by: By, reason: Reason, days: Days = 0) -> None:
    """Ask the same office once more. 要求重新办理。"""
    with _act(by) as (session, officer):
        ask_again(session, key, reason=reason, days=days, by=officer)


@app.command("withdraw")
def withdraw_exception(key: Key, by: By, reason: Reason) -> None:
    """Take it away from its office. 撤回交办。"""
    with _act(by) as (session, officer):
        withdraw(session, key, reason=reason, by=officer)


@app.command("progress")
def show_progress(by: By, month: Monthly = "") -> None:
    """Show what each office that an officer may see was given, has done, and is late with. 办理进度。"""
    table = Table("Office", "Given", "Done", "Overdue", "Oldest open since")
    with _act(by) as (session, officer):
        require(officer, "exceptions.read")
        for one in progressing.progress(session, month=month, officer=officer):
            oldest = f"{one.oldest:%Y-%m-%d}" if one.oldest else ""
            table.add_row(
                one.organisation, f"{one.given:,}", f"{one.done:,}", f"{one.overdue:,}", oldest
            )
    Console().print(table)


@app.command("remind")
def remind_now() -> None:
    """Remind and escalate what is due today, as the daily job does; twice does nothing more. 提醒与督办。"""
    with transaction() as session:
        typer.echo(f"{remind(session)} reminded, {escalate(session)} escalated")


def _wanted(month: str, only: list[str] | None) -> Wanted:
    given = [one.partition("=") for one in only or ()]
    unknown = [name for name, _, _ in given if name not in FIELDS]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is none of {', '.join(FIELDS)}")
    return replace(Wanted(month=month), **{name: value for name, _, value in given})  # type: ignore[arg-type]


def _show(mark: str, total: Share, refused: list[Share]) -> None:
    typer.echo(f"{total.count:,} exceptions, {total.lines:,} lines, {yuan(total.amount_fen)} yuan")
    for one in refused:
        typer.echo(f"  left out: {one.count:,}\t{one.name}")
    typer.echo(f"--mark {mark}")


@contextmanager
def _act(username: str) -> Iterator[tuple[Session, Officer]]:
    try:
        with transaction() as session:
            officer = officer_queries.by_username(session, username)
            if officer is None:
                raise NotFound("officer")
            yield session, officer
    except Problem as problem:
        typer.echo(f"{problem}\n{problem.say('zh')}", err=True)
        raise typer.Exit(1) from None
