"""``anxin audit holds …`` and ``anxin audit erase …``: each step in an officer's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from service.audit.keeping import erase, holds, queries
from service.audit.keeping.archive import archive
from service.audit.keeping.archive_check import check_archive
from service.audit.keeping.problems import ArchiveBroken
from service.audit.log.log_keys import eras, open_checkpoint
from service.audit.readers import acting, require_one_of
from service.audit.visible import visible
from service.foundation.database import transaction
from service.foundation.problems import Problem

holding = typer.Typer(help="Legal holds: what may not be erased. 法律保全。", no_args_is_help=True)
erasing = typer.Typer(
    help="Erase personal content of the trail; its entries stay. 删除个人信息。",
    no_args_is_help=True,
)
EXIT_BROKEN = 3
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Why = Annotated[str, typer.Option("--reason", help="Why; kept in the trail. 理由。")]
Number = Annotated[UUID, typer.Argument(help="Its id, as the list shows it.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@contextmanager
def _act(by: str) -> Iterator[Session]:
    try:
        with acting(by) as session:
            yield session
    except Problem as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(1) from None


def _say(rows: list[dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, default=str))
        return
    for one in rows:
        typer.echo("\t".join(visible(str(value)) for value in one.values() if value is not None))


@holding.command("list")
def list_holds(by: By, *, as_json: AsJson = False) -> None:
    """List the holds, newest first, lifted ones too. 保全清单。"""
    with _act(by) as session:
        require_one_of("audit.read", holds.ACT)
        _say([vars(one) for one in queries.holds(session)], as_json=as_json)


@holding.command("place")
def place(
    scope: Annotated[
        str,
        typer.Argument(
            help="person:12, payment:…, batch:…, programme:… or period:2026-01-01/2026-06-30."
        ),
    ],
    by: By,
    reason: Why,
) -> None:
    """Ask for a hold; it counts at once, and another officer confirms it. 申请保全。"""
    with _act(by) as session:
        typer.echo(str(holds.ask(session, scope, reason=reason).id))


@holding.command("confirm")
def confirm_hold(number: Number, by: By) -> None:
    """Confirm a hold that another officer asked for. 确认保全。"""
    with _act(by) as session:
        typer.echo(holds.confirm(session, number).scope)


@holding.command("lift")
def lift(number: Number, by: By, reason: Why) -> None:
    """Ask that a hold end; it counts until another officer confirms that. 申请解除保全。"""
    with _act(by) as session:
        typer.echo(holds.ask_lift(session, number, reason=reason).scope)


@holding.command("confirm-lift")
def confirm_lift(number: Number, by: By) -> None:
    """Confirm that a hold ends. 确认解除保全。"""
    with _act(by) as session:
        typer.echo(holds.confirm_lift(session, number).scope)


@erasing.command("list")
def list_erasures(by: By, *, as_json: AsJson = False) -> None:
    """List the requests for erasure and what became of them. 删除清单。"""
    with _act(by) as session:
        require_one_of("audit.read", erase.ACT)
        _say([vars(one) for one in queries.erasures(session)], as_json=as_json)


@erasing.command("ask")
def ask_erasure(
    scope: Annotated[str, typer.Argument(help="person:12 or entry:<id of the entry>.")],
    by: By,
    reason: Why,
) -> None:
    """Ask that personal content be erased; another officer decides. 申请删除。"""
    with _act(by) as session:
        typer.echo(str(erase.ask(session, scope, reason=reason).id))


@erasing.command("confirm")
def confirm_erasure(number: Number, by: By) -> None:
    """Erase what another officer asked for: nobody can read it again. 确认删除。"""
    with _act(by) as session:
        done = erase.confirm(session, number)
        typer.echo(f"{done.scope}: {done.erased} erased. 已删除 {done.erased} 项。")


@erasing.command("refuse")
def refuse_erasure(number: Number, by: By, reason: Why) -> None:
    """Refuse a request, or take one's own back. 不予删除。"""
    with _act(by) as session:
        typer.echo(erase.refuse(session, number, reason=reason).scope)


def archive_log(
    folder: Annotated[Path, typer.Argument(help="Write-once storage; nothing in it is rewritten.")],
    *,
    check: Annotated[bool, typer.Option("--check", help="Only check what is there.")] = False,
) -> None:
    """Add what was published since to an archive, or check the whole of it. 归档。

    Exits with 3 and the first wrong file when it does not hang together.
    """
    try:
        with transaction() as session:
            if check:
                known = eras(session)
                held = check_archive(folder, lambda note: open_checkpoint(note, known).checkpoint)
                typer.echo(
                    f"{held} entries, all under signed checkpoints. 共 {held} 条，均在已签检查点之内。"
                )
                return
            added, held = archive(session, folder)
    except ArchiveBroken as problem:
        typer.echo(f"{problem.sentence_zh}\n{problem.sentence}", err=True)
        raise typer.Exit(EXIT_BROKEN) from None
    typer.echo(f"{added} entries added, {held} in all. 新增 {added} 条，共 {held} 条。")
