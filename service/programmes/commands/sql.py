"""``anxin rules sql``: the statement that decides one programme for everybody."""

from typing import Annotated

import typer

from eligibility_rules import compile_sql
from eligibility_rules.compiling.dialects import Dialect
from service.programmes.commands.asking import AskedMonth
from service.programmes.commands.shown import (
    Code,
    CountyFolder,
    InLanguage,
    Language,
    RulesFolder,
    month_of,
    programme_of,
    rules_of,
)

app = typer.Typer()


@app.command("sql")
def sql(
    code: Code,
    month: AskedMonth,
    source: Annotated[
        str, typer.Option("--table", help="The relation that holds the facts. 事实表。")
    ] = "facts",
    dialect: Annotated[Dialect, typer.Option(help="duckdb or spark. 方言。")] = Dialect.DUCKDB,
    language: InLanguage = Language.ZH,  # noqa: ARG001 - faults are said in it
    rules: RulesFolder = None,
    county: CountyFolder = None,
) -> None:
    """Print the SQL of a rule for a month. 显示规则编译成的 SQL。"""
    loaded = rules_of(rules, county)
    programme = programme_of(loaded, code)
    asked = month_of(month)
    typer.echo(
        compile_sql(loaded, programme.subject, asked, source, [programme.code], dialect=dialect)
    )
