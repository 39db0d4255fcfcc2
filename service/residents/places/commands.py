"""``anxin divisions …``: import the register of divisions and show it."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.tree import Tree

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.residents.places import Place, import_divisions, tree

app = typer.Typer(help="The county's townships and villages. 行政区划。", no_args_is_help=True)


@app.command("import")
def import_file(
    file: Annotated[
        Path, typer.Argument(help="An .xlsx or .csv file.", dir_okay=False, exists=True)
    ],
) -> None:
    """Import a register of divisions: all of it or nothing. 导入行政区划。"""
    try:
        with transaction() as session:
            added, changed = import_divisions(session, file.read_bytes(), by=SYSTEM)
    except Problem as refused:
        typer.echo(f"{refused.sentence_zh}\n{refused.sentence}", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{added:,} added 新增, {changed:,} changed 变更")


@app.command("list")
def list_all() -> None:
    """Show today's tree of divisions. 现行区划。"""
    with transaction() as session:
        counties = tree(session)
    console = Console()
    for county in counties:
        root = Tree(_label(county))
        _grow(root, county)
        console.print(root)


def _grow(node: Tree, place: Place) -> None:
    for below in place.below:
        _grow(node.add(_label(below)), below)


def _label(place: Place) -> str:
    return f"{place.code} {place.name}"
