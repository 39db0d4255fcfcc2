"""``anxin feeds status``: how fresh, how large and how clean each feed is, and which proofs it spares."""

import json
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.database import transaction
from service.residents import queries
from service.residents.commands.shown import AsJson, problems_as_sentences, table_of
from service.residents.models import FeedRecord
from service.residents.queries import FeedState
from service.residents.tasks.commands import show_proofs

app = typer.Typer()
app.command("proofs")(show_proofs)
_STATES = {
    "never": "never 从未报送",
    "refused": "refused 被拒",
    "waiting": "waiting 待确认",
    "stale": "stale 过旧",
    "late": "late 迟",
    "fresh": "fresh 新",
}


@dataclass(frozen=True)
class Line:
    """One feed as the status shows it."""

    state: FeedState
    records: int

    def as_json(self) -> dict[str, Any]:
        one, last = self.state, self.state.last
        return {
            "feed": one.feed.code,
            "department": one.feed.department_zh,
            "state": one.state,
            "last_delivery": clock.civil(last.received_at).isoformat() if last else None,
            "age_days": one.freshness.age_days,
            "limit_days": one.feed.freshness_days,
            "gate_days": one.feed.gate_days,
            "records": self.records,
            "rows": last.rows_total if last else None,
            "rejected": last.rows_rejected if last else None,
            "waiting": [str(delivery.id) for delivery in one.waiting],
            "trend": list(one.trend),
        }


@app.command("status")
def status(as_json: AsJson = False) -> None:
    """Show every feed: last delivery, age against its limit, records, faults. 各数据源状态。"""
    console = Console()
    with problems_as_sentences(console), transaction() as session:
        lines = _lines(session)
        if as_json:
            typer.echo(json.dumps([line.as_json() for line in lines], ensure_ascii=False))
        else:
            console.print(_table(lines))


def _lines(session: Session) -> list[Line]:
    counted = session.execute(
        select(FeedRecord.feed, func.count())
        .where(FeedRecord.known_to.is_(None))
        .group_by(FeedRecord.feed)
    )
    records = {row[0]: row[1] for row in counted}
    return [Line(one, records.get(one.feed.code, 0)) for one in queries.every_feed(session)]


def _table(lines: list[Line]) -> Table:
    numbers = ("days 天", "limit 时限", "records 现行记录", "rejected 退回")
    table = table_of(
        "Feeds 数据源", "feed 数据源", "department 部门", "last delivery 最近报送", "state 状态",
        *numbers, numbers=numbers,
    )  # fmt: skip
    for line in lines:
        one, last = line.state, line.state.last
        table.add_row(
            one.feed.code,
            one.feed.department_zh,
            f"{clock.civil(last.received_at):%Y-%m-%d %H:%M}" if last else "–",
            _STATES[one.state],
            str(one.freshness.age_days) if one.freshness.age_days is not None else "–",
            f"{one.feed.freshness_days} / {one.feed.gate_days}",
            f"{line.records:,}",
            f"{last.rows_rejected:,}" if last else "–",
        )
    return table
