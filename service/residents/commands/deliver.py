"""``anxin feeds import`` and ``import-dir``: bring files."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.residents.commands.shown import (
    AsJson,
    FeedCode,
    problems_as_sentences,
    show_deliveries,
)
from service.residents.importing import import_delivery, import_folder
from service.residents.importing.side_by_side import import_folder_side_by_side

app = typer.Typer()


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a civil date


AsOf = Annotated[
    date | None,
    typer.Option(
        parser=_day, metavar="YYYY-MM-DD", help="Day the data are of; today if not given."
    ),
]


@app.command("import")
def import_one(
    feed: FeedCode,
    file: Annotated[Path, typer.Argument(help="An .xlsx, .xls, .csv or .txt file.")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """Import one file of one feed. 导入一份报送文件。

    Exit code 1: refused. 2: it waits for the data steward.
    """
    console = Console()
    with problems_as_sentences(console), transaction() as session:
        delivery = import_delivery(session, feed, file, file.name, by=SYSTEM, as_of=as_of)
    show_deliveries(console, [delivery], as_json=as_json)


@app.command("import-dir")
def import_dir(
    folder: Annotated[Path, typer.Argument(help="A folder of deliveries.", file_okay=False)],
    workers: Annotated[int, typer.Option(min=1, max=16, help="Processes side by side.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Import every file of a folder, each on its own. 导入整个文件夹。"""
    console = Console()
    with problems_as_sentences(console):
        if workers > 1:
            deliveries = import_folder_side_by_side(folder, by=SYSTEM, workers=workers)
        else:
            deliveries = import_folder(transaction, folder, by=SYSTEM)
    show_deliveries(console, deliveries, as_json=as_json)
