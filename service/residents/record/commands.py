"""``anxin residents find|show``: a resident by number, and the record at two dates.

An ID number is asked for on the terminal or read from a file, never given as an argument: a command
line is kept in histories and seen by others.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from service.audit.actor import SYSTEM
from service.audit.record import record as record_act
from service.foundation.database import transaction
from service.foundation.months import BadMonth, Month
from service.residents.identity.find import find
from service.residents.models import Person
from service.residents.reading import read_resident
from service.residents.record import words
from service.residents.record.as_json import as_json
from service.residents.record.facts import Record, end_of, record_of
from service.residents.record.search import SEARCHED

app = typer.Typer(help="A resident's record. 居民档案。", no_args_is_help=True)
Known = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"], help="What was known at the end of that day. 截至该日已知。"
    ),
]
TrueIn = Annotated[
    str, typer.Option("--true", help="What was true in that month, such as 2026-03. 该月实际。")
]


@app.command("find")
def find_one(
    number_file: Annotated[
        Path | None,
        typer.Option(
            help="A file holding the number. 存有号码的文件。", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Print the id of whoever has exactly this ID number. 按号码查人员编号。"""
    if number_file is not None:
        number = number_file.read_text(encoding="utf-8-sig").strip()
    else:
        number = typer.prompt("ID number 证件号码", hide_input=True)
    with transaction() as session:
        person = find(session, number)
        record_act(
            session, SEARCHED, by=SYSTEM, on=("residents", "find"),
            details={"kind": "number", "hits": 0 if person is None else 1},
        )  # fmt: skip
        found = None if person is None else person.id
    if found is None:
        typer.echo("Nobody has this number. 查无此号。", err=True)
        raise typer.Exit(1)
    typer.echo(str(found))


@app.command("show")
def show_one(
    person_id: Annotated[int, typer.Argument(help="The person's own id. 人员编号。")],
    known: Known = None,
    true: TrueIn = "",
    *,
    as_data: Annotated[bool, typer.Option("--json", help="For programs. 输出 JSON。")] = False,
    sensitive: Annotated[
        bool, typer.Option(help="Also what the most sensitive feeds say. 含高度敏感数据。")
    ] = False,
) -> None:
    """Show what departments say about a person, with sources and history. 查看居民档案。"""
    month = _month(true)
    with transaction() as session:
        if session.get(Person, person_id) is None:
            typer.echo("There is no such person. 没有此人。", err=True)
            raise typer.Exit(1)
        at = end_of(known.date()) if known else None
        said = record_of(session, person_id, known_at=at, true_in=month)
        shown = {entry.feed.code for entry in said.entries if sensitive or not entry.feed.sensitive}
        read_resident(
            session, said.person_id, by=SYSTEM, purpose="residents.show", fields=sorted(shown)
        )
    if as_data:
        typer.echo(json.dumps(as_json(said, sensitive=sensitive), ensure_ascii=False, indent=2))
        return
    Console().print(_table(said, sensitive=sensitive))


def _month(text: str) -> Month | None:
    if not text:
        return None
    try:
        return Month.parse(text)
    except BadMonth as problem:
        typer.echo(f"{problem.sentence_zh} {problem.sentence}", err=True)
        raise typer.Exit(2) from None


def _table(said: Record, *, sensitive: bool) -> Table:
    table = Table(
        "feed 数据源", "item 项目", "value 值", "source 来源", "known 知悉", "true 有效",
        title=f"{said.person_id}",
    )  # fmt: skip
    for entry in said.entries:
        one = entry.shown
        if one is None:
            continue
        if entry.feed.sensitive and not sensitive:
            table.add_row(entry.feed.code, "", "hidden 不显示", one.file_name, "", "")
            continue
        first = True
        for column in entry.feed.columns:
            value = one.data.get(column.kept_as)
            if value is None or column.kept_as.endswith("_index"):
                continue
            shown = str(value) if column.leads_to_person else words.value_of(column, value, {})
            source = f"{one.file_name} {one.row_no} ({one.as_of})" if first else ""
            span = f"{one.true_from or '…'} – {one.true_to or '…'}" if first else ""
            known = f"{one.known_from:%Y-%m-%d}" if first else ""
            code = entry.feed.code if first else ""
            table.add_row(code, column.header, shown, source, known, span)
            first = False
    return table
