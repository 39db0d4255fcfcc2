"""``anxin reconciliation receipts|lines …``: money of nobody and lines that moved nothing, in an officer's name."""

import json
from typing import Annotated

import typer
from pydantic import BaseModel
from rich.console import Console
from rich.table import Table

from service.foundation.money import yuan
from service.foundation.problems import NotFound
from service.ledger.asks.told import told_ask
from service.officers.may import require
from service.reconciliation.desk.commands import By, Language, act
from service.reconciliation.models import StatementLine
from service.reconciliation.receipts import assign, queries, resolve
from service.reconciliation.receipts.api import detail, line_by, receipt_by, told, told_line
from service.reconciliation.write_off import ask_to_write_off

receipts = typer.Typer(
    help="Money that belongs to nothing of ours. 不明来款。", no_args_is_help=True
)
lines = typer.Typer(help="Lines of replies that moved nothing. 未生效回盘。", no_args_is_help=True)
Number = Annotated[int, typer.Argument(min=1, max=2**63 - 1, help="Its number. 编号。")]
Reason = Annotated[str, typer.Option(help="How it is known; kept. 依据。")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@receipts.command("list")
def list_receipts(
    by: By,
    state: Annotated[str, typer.Option(help="open or asked; without it both.")] = "",
    after: Annotated[int, typer.Option(min=0, help="Begin after this number.")] = 0,
    *,
    as_json: AsJson = False,
) -> None:
    """List receipts that two people have not settled, the oldest first. 不明来款清单。"""
    if state not in ("", "open", "asked"):
        raise typer.BadParameter("--state is open or asked")
    with act(by) as (session, officer):
        require(officer, "reconciliation.read")
        found, following = queries.open_receipts(session, state=state, after=after)
        rows = [told(session, one) for one in found]
    if as_json:
        listed = [one.model_dump(mode="json") for one in rows]
        typer.echo(json.dumps({"receipts": listed, "next": following}, ensure_ascii=False))
        return
    table = Table("Number", "Bank", "Day", "Yuan", "Bank's reference", "State")
    for one in rows:
        table.add_row(
            str(one.id), one.bank, str(one.day), yuan(one.amount_fen), one.bank_reference, one.state
        )
    Console().print(table)


@receipts.command("show")
def show_receipt(number: Number, by: By) -> None:
    """Show one as JSON, with what it may be. 查看来款。"""
    with act(by) as (session, officer):
        require(officer, "reconciliation.read")
        _tell(detail(session, receipt_by(session, number)))


@receipts.command("assign")
def assign_receipt(
    number: Number,
    references: Annotated[list[str], typer.Argument(help="Payments that came back. 付款编号。")],
    by: By,
    reason: Reason,
    fee_fen: Annotated[int, typer.Option(min=0, help="What the bank kept, in fen.")] = 0,
) -> None:
    """Say which payments a receipt gives back; another officer confirms it. 认领。"""
    with act(by) as (session, officer):
        receipt = receipt_by(session, number)
        assign.ask(session, receipt, references, fee_fen=fee_fen, reason=reason, by=officer)
        _tell(detail(session, receipt))


@receipts.command("confirm")
def confirm_receipt(number: Number, by: By) -> None:
    """Confirm what another officer said; the payments are returned. 复核认领。"""
    with act(by) as (session, officer):
        receipt = receipt_by(session, number)
        assign.confirm(session, receipt, by=officer)
        _tell(detail(session, receipt))


@receipts.command("withdraw")
def withdraw_receipt(number: Number, by: By) -> None:
    """Take back what was said and not confirmed. 撤销认领。"""
    with act(by) as (session, officer):
        receipt = receipt_by(session, number)
        assign.withdraw(session, receipt, by=officer)
        _tell(detail(session, receipt))


@receipts.command("write-off")
def write_off_receipt(number: Number, by: By, reason: Reason) -> None:
    """Ask another officer to give a small movement up. 申请核销。"""
    with act(by) as (session, officer):
        line = session.get(StatementLine, number)
        if line is None:
            raise NotFound("receipt")
        _tell(told_ask(ask_to_write_off(session, line, reason=reason, by=officer)))


@lines.command("show")
def show_line(number: Number, by: By, language: Language = "zh") -> None:
    """Show one as JSON. 查看回盘行。"""
    with act(by, language) as (session, officer):
        require(officer, "reconciliation.read")
        _tell(told_line(session, line_by(session, number)))


@lines.command("explain")
def explain_line(number: Number, by: By, reason: Reason) -> None:
    """Keep what the bank explained; it moves nothing. 登记说明。"""
    with act(by) as (session, officer):
        line = line_by(session, number)
        resolve.explain(session, line, reason=reason, by=officer)
        _tell(told_line(session, line))


@lines.command("paid-late")
def believe_line(number: Number, by: By, reason: Reason) -> None:
    """Take a rejected payment as paid, because the bank says so afterwards. 认定已付。"""
    with act(by) as (session, officer):
        line = line_by(session, number)
        resolve.believe_paid(session, line, reason=reason, by=officer)
        _tell(told_line(session, line))


def _tell(said: BaseModel) -> None:
    typer.echo(json.dumps(said.model_dump(mode="json"), ensure_ascii=False))
