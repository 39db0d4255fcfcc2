"""The command that decides a month over plain Parquet, on the engine asked for."""

import json
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from eligibility_rules import Month
from service.assessment.engines.engine import EngineName, engine_called
from service.assessment.engines.folder import Figures, assess_folder
from service.foundation.money import yuan
from service.programmes.commands.asking import AskedMonth
from service.programmes.commands.shown import (
    AsJson,
    CountyFolder,
    month_of,
    programme_of,
    rules_of,
)


def assess_files(
    facts: Annotated[
        Path,
        typer.Argument(help="A folder with person/, household/ and land/ of Parquet. 事实目录。"),
    ],
    month: AskedMonth,
    output: Annotated[Path, typer.Option(help="A new folder for the outcomes. 结果目录。")],
    engine: Annotated[EngineName, typer.Option(help="duckdb or spark. 引擎。")] = "duckdb",
    master: Annotated[str, typer.Option(help="Where Spark runs. Spark 主节点。")] = "local[*]",
    programmes: Annotated[
        str,
        typer.Option(help="Comma-separated codes; what the county pays if left out. 项目代码。"),
    ] = "",
    county: CountyFolder = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Decide a month over plain Parquet files, for everybody in them. 按 Parquet 文件整批核定。"""
    loaded = rules_of(None, county, as_json=as_json)
    chosen = tuple(
        programme_of(loaded, code, as_json=as_json).code for code in programmes.split(",") if code
    )
    wanted = month_of(month, as_json=as_json)
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="anxin-rules-") as scratch,
        engine_called(engine, Path(scratch), master) as running,
    ):
        figures = assess_folder(running, loaded, wanted, facts, output, chosen)
    seconds = round(time.monotonic() - started, 3)
    if as_json:
        typer.echo(
            json.dumps(
                {
                    "engine": engine,
                    "rules": loaded.digest,
                    "seconds": seconds,
                    "programmes": figures,
                }
            )
        )
        return
    _show(figures, engine, wanted, seconds)


def _show(figures: Figures, engine: EngineName, month: Month, seconds: float) -> None:
    table = Table(title=f"{month}, {engine}, {seconds:.1f} s")
    for name in ("programme", "due", "not due", "unknown", "yuan"):
        table.add_column(name, justify="left" if name == "programme" else "right")
    for code, counted in figures.items():
        table.add_row(
            code,
            f"{counted['due']:,}",
            f"{counted['not_due']:,}",
            f"{counted['unknown']:,}",
            yuan(counted["amount_fen"]),
        )
    Console().print(table)
