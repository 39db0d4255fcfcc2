"""``anxin quarantine …``: banks' files that were not believed, and the acts that end it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from service.foundation.database import transaction
from service.foundation.money import yuan
from service.foundation.problems import NotFound
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.models import Officer
from service.reconciliation import queries
from service.reconciliation.decide_asks import decide
from service.reconciliation.quarantine import queries as quarantine
from service.reconciliation.quarantine.act import ACTS, act_on
from service.reconciliation.quarantine.api import BankFileOut, WaitingFileOut, brief, whole
from service.reconciliation.quarantine.problems import NotInQuarantine

app = typer.Typer(help="Banks' files in quarantine. 银行文件隔离区。", no_args_is_help=True)
FileId = Annotated[UUID, typer.Argument(help="A file, as “quarantine list” shows it. 文件编号。")]
By = Annotated[str, typer.Option(help="User name of the officer. 经办人用户名。")]
Reason = Annotated[str, typer.Option(help="Why. 理由。")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def list_files(by: By, *, as_json: AsJson = False) -> None:
    """Files that wait for somebody, and why. 待处理文件。"""
    with _as_officer(by) as (session, officer):
        require(officer, "reconciliation.read")
        found = [
            WaitingFileOut(**brief(session, one.file, one.bank))
            for one in queries.waiting_quarantine(session)
        ]
    if as_json:
        typer.echo(json.dumps([one.model_dump(mode="json") for one in found], ensure_ascii=False))
        return
    for one in found:
        _tell(one)


@app.command("show")
def show(file: FileId, by: By, *, as_json: AsJson = False) -> None:
    """One file: its faults, its totals, and what differs from the file before. 文件详情。"""
    with _as_officer(by) as (session, officer):
        require(officer, "reconciliation.read")
        _print(whole(session, file), as_json=as_json)


@app.command("take")
def take(file: FileId, by: By, reason: Reason, *, as_json: AsJson = False) -> None:
    """Ask another officer to have a file taken after all. 申请采用文件。"""
    _act(file, "take", by, reason, as_json=as_json)


@app.command("reject")
def reject(file: FileId, by: By, reason: Reason, *, as_json: AsJson = False) -> None:
    """Let a file rest unbelieved, with a reason. 拒收文件。"""
    _act(file, "reject", by, reason, as_json=as_json)


@app.command("ask-bank")
def ask_bank(file: FileId, by: By, reason: Reason, *, as_json: AsJson = False) -> None:
    """Keep that the bank was asked, whom and for what. 记录已询问银行。"""
    _act(file, "ask-bank", by, reason, as_json=as_json)


@app.command("confirm")
def confirm(file: FileId, by: By, *, as_json: AsJson = False) -> None:
    """Have a file taken that another officer asked for. 同意采用。"""
    _answer(file, by, confirmed=True, as_json=as_json)


@app.command("refuse")
def refuse(file: FileId, by: By, *, as_json: AsJson = False) -> None:
    """Refuse taking a file that another officer asked for. 不同意采用。"""
    _answer(file, by, confirmed=False, as_json=as_json)


def _act(file_id: UUID, act: str, by: str, reason: str, *, as_json: bool) -> None:
    with _as_officer(by) as (session, officer):
        require(officer, ACTS[act])
        found = queries.one_inbound(session, file_id)
        if found is None:
            raise NotFound("file")
        act_on(session, found.file, act, reason=reason, by=officer)
        _print(whole(session, file_id), as_json=as_json)


def _answer(file_id: UUID, by: str, *, confirmed: bool, as_json: bool) -> None:
    with _as_officer(by) as (session, officer):
        require(officer, "ledger.confirm")
        found = queries.one_inbound(session, file_id)
        if found is None:
            raise NotFound("file")
        asked = quarantine.waiting_ask(session, found.file)
        if asked is None:
            raise NotInQuarantine
        decide(session, asked, confirmed=confirmed, by=officer)
        _print(whole(session, file_id), as_json=as_json)


def _print(told: BankFileOut, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told.model_dump(mode="json"), ensure_ascii=False))
        return
    _tell(told)
    for one in told.totals:
        stated = "—" if one.stated is None else str(one.stated)
        typer.echo(f"  {one.name}: {stated} / {one.counted}")
    if told.comparison is not None:
        typer.echo(f"  {told.comparison.earlier} ≠ {told.id}")
        for name, (before, after) in told.comparison.fen.items():
            typer.echo(f"  {name}: {_yuan(before)} → {_yuan(after)}")
        for it in told.comparison.differences:
            about = it.after or it.before or told.comparison.differences[0].before
            fen = [None if side is None else side.fen for side in (it.before, it.after)]
            name = about.about if about else ""
            typer.echo(f"  {it.kind}: {name}: {_yuan(fen[0])} → {_yuan(fen[1])}")
    for done in told.decisions:
        typer.echo(f"  {done.at:%Y-%m-%d} {done.act}: {done.reason}")
    if told.asked is not None:
        typer.echo(f"  take: {told.changes_fen} fen; {', '.join(told.replaces) or '—'}")
        for sentence in told.breaks:
            typer.echo(f"  {sentence}")


def _tell(one: WaitingFileOut) -> None:
    typer.echo(f"{one.id} {one.bank} {one.file_name}: {one.state}; {', '.join(one.acts) or '—'}")
    for fault in one.faults:
        typer.echo(f"  {fault['code']}: {fault['sentence']} {fault['sentence_zh']}")


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else yuan(fen)


@contextmanager
def _as_officer(username: str) -> Iterator[tuple[Session, Officer]]:
    with transaction() as session:
        officer = officer_queries.by_username(session, username)
        if officer is None:
            raise NotFound("officer")
        yield session, officer
