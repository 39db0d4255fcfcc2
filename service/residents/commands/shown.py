"""What the commands show: tables for people, the same in JSON for machines, problems as sentences."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from service.foundation.problems import Problem
from service.residents.models import Delivery

FeedCode = Annotated[str, typer.Argument(help="Code of the feed, for example GA_HUKOU.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
_COUNTS = (
    ("rows_total", "rows 行"),
    ("rows_accepted", "accepted 采信"),
    ("rows_unchanged", "unchanged 未变"),
    ("rows_ended", "ended 失效"),
    ("rows_rejected", "rejected 退回"),
)


@contextmanager
def problems_as_sentences(console: Console) -> Iterator[None]:
    """Print a problem in both languages and leave with exit code 1."""
    try:
        yield
    except Problem as problem:
        console.print(f"{problem.sentence_zh} {problem.sentence}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def table_of(title: str, *headers: str, numbers: Sequence[str] = ()) -> Table:
    """Return an empty table; the columns in ``numbers`` are aligned right."""
    table = Table(title=title)
    for header in headers:
        table.add_column(header, justify="right" if header in numbers else "left")
    return table


def show_deliveries(console: Console, deliveries: Sequence[Delivery], *, as_json: bool) -> None:
    """Print what became of deliveries; exit code 1 if one was refused, 2 if one waits."""
    if as_json:
        typer.echo(json.dumps([delivery_json(one) for one in deliveries], ensure_ascii=False))
    else:
        heads = [head for _, head in _COUNTS]
        table = table_of("Deliveries 报送", "feed 数据源", "state 状态", *heads, numbers=heads)
        for one in deliveries:
            table.add_row(one.feed, one.state, *(f"{getattr(one, name):,}" for name, _ in _COUNTS))
        console.print(table)
        for one in deliveries:
            if one.state in ("refused", "waiting") and one.refusal:
                sentence = f"{one.feed}: {one.refusal['sentence_zh']} {one.refusal['sentence']}"
                console.print(sentence, markup=False, soft_wrap=True)
            if one.state == "waiting":
                console.print(f"anxin feeds confirm {one.id} --reason …", markup=False)
    states = {one.state for one in deliveries}
    if "refused" in states:
        raise typer.Exit(1)
    if "waiting" in states:
        raise typer.Exit(2)


def delivery_json(one: Delivery) -> dict[str, Any]:
    """Return a delivery as JSON: counts and reasons, never a row's values."""
    return {
        "id": str(one.id),
        "feed": one.feed,
        "state": one.state,
        "mode": one.mode,
        "channel": one.channel,
        "as_of": one.as_of.isoformat(),
        "encoding": one.encoding,
        "sheet": one.sheet,
        **{name: getattr(one, name) for name, _ in _COUNTS},
        "rows_late": one.rows_late,
        "notices": one.notices,
        "refusal": one.refusal,
        "suggestion": one.suggestion,
        "corrects": str(one.corrects_id) if one.corrects_id else None,
    }
