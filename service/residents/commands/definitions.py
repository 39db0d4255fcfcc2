"""``anxin feeds template`` and ``dictionary``: what a department is asked for."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from service.residents import feeds
from service.residents.commands.shown import FeedCode, problems_as_sentences
from service.residents.feeds.shown import dictionary_tables
from service.residents.feeds.template import template, write_new

app = typer.Typer()


@app.command("template")
def write_template(
    feed: FeedCode,
    output: Annotated[Path | None, typer.Option(help="The file to write; not overwritten.")] = None,
) -> None:
    """Write an empty workbook for the department to fill in. 生成填报模板。"""
    console = Console()
    with problems_as_sentences(console):
        wanted = feeds.feed(feed)
        place = output or Path(f"{wanted.code}.xlsx")
        write_new(place, template(wanted))
    console.print(f"{place}", markup=False, soft_wrap=True)


@app.command("dictionary")
def show_dictionary(
    feed: FeedCode,
    language: Annotated[str, typer.Option(help="zh or en.")] = "zh",
) -> None:
    """Explain every column of a feed and the facts that rest on it. 数据字典。"""
    console = Console()
    with problems_as_sentences(console):
        for part in dictionary_tables(feeds.feed(feed), "en" if language == "en" else "zh"):
            console.print(part)
