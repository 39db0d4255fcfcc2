"""``anxin workbook corrections|import|ask``: corrections of failed payments, in an officer's name."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from sqlalchemy.orm import Session

from service.foundation.database import transaction
from service.foundation.problems import NotFound
from service.officers import queries as officer_queries
from service.officers.models import Officer
from service.reconciliation.corrections import queries
from service.reconciliation.corrections.api import FileOut, out
from service.reconciliation.corrections.ask import ask
from service.reconciliation.corrections.export import corrections
from service.reconciliation.corrections.take import take
from service.reconciliation.workbooks.commands import By, Language, Reason
from service.reconciliation.workbooks.made import give_out
from service.reconciliation.workbooks.reader import Reader
from service.residents.feeds.template import write_new
from service.web import here

app = typer.Typer()
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("corrections")
def give_corrections(
    out_file: Annotated[Path, typer.Option("--out", help="The new file. 输出文件。")],
    by: By,
    reason: Reason = "",
    language: Language = "zh",
) -> None:
    """The failed payments, to be filled in with new accounts. 更正表。"""
    here.enter(here.Visit(language="en" if language == "en" else "zh"))
    with _as_officer(by) as (session, officer):
        reader = Reader(officer, bool(reason), reason)
        made = give_out(session, "corrections", corrections(session, reader), reader)
        write_new(out_file, made.content)
    typer.echo(f"{out_file}: {made.lines:,}")


@app.command("import")
def import_corrections(
    file: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="The filled-in workbook. 已填更正表。"),
    ],
    by: By,
    *,
    as_json: AsJson = False,
) -> None:
    """Take a filled-in workbook over and say what is wrong with it; nothing changes yet. 导入更正表。"""
    with _as_officer(by) as (session, officer):
        told = out(session, officer, take(session, file.name, file.read_bytes(), by=officer))
    _tell(told, as_json=as_json)
    if any(one.state == "faulty" for one in told.rows):
        raise typer.Exit(2)


@app.command("ask")
def ask_for_changes(
    workbook: Annotated[UUID, typer.Argument(help="The id that “import” prints. 导入编号。")],
    by: By,
    *,
    as_json: AsJson = False,
) -> None:
    """Ask for the change of account of every ready row; another officer has to agree. 提交账户变更。"""
    with _as_officer(by) as (session, officer):
        file = queries.one_file(session, officer, workbook)
        ask(session, file, by=officer)
        told = out(session, officer, file)
    _tell(told, as_json=as_json)


def _tell(told: FileOut, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told.model_dump(mode="json"), ensure_ascii=False))
        return
    counts = {
        state: sum(one.state == state for one in told.rows)
        for state in ("ready", "faulty", "asked", "dropped")
    }
    said = ", ".join(f"{count} {state}" for state, count in counts.items() if count)
    typer.echo(
        f"{told.id}: {said or 'nothing filled in'}; {told.rows_blank} blank, {told.rows_known} known"
    )
    for one in told.rows:
        for fault in one.faults if one.state == "faulty" else ():
            where = f"{told.file_name}: {one.sheet} {fault.cell or f'row {one.row}'}"
            typer.echo(f"{where}: {fault.code}: {fault.sentence} {fault.sentence_zh}")


@contextmanager
def _as_officer(username: str) -> Iterator[tuple[Session, Officer]]:
    with transaction() as session:
        officer = officer_queries.by_username(session, username)
        if officer is None:
            raise NotFound("officer")
        yield session, officer
