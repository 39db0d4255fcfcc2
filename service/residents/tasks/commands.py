"""Commands about review tasks, for the server's console: list, look, answer; and the proofs."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table

from service.audit.actor import SYSTEM
from service.foundation.database import transaction
from service.foundation.problems import Problem
from service.residents import feeds
from service.residents.tasks import definitions
from service.residents.tasks.answer import answer
from service.residents.tasks.look import look
from service.residents.tasks.proofs import proof_states
from service.residents.tasks.queries import count, tasks, waiting

app = typer.Typer(
    help="Contradictions between departments. 部门数据矛盾待办。", no_args_is_help=True
)

_STATES = {"answered": "数据可答 by data", "stale": "数据过旧 stale", "missing": "缺数据 missing"}
FeedOption = Annotated[str, typer.Option(help="Only this feed. 仅该数据源。")]


@app.command("list")
def list_tasks(
    feed: FeedOption = "",
    overdue: Annotated[bool, typer.Option(help="Only past their day. 仅超期。")] = False,
) -> None:
    """Show what waits at each department, or one feed's tasks. 列出待办。"""
    console = Console()
    with transaction() as session:
        if not feed and not overdue:
            table = _table(
                "Tasks 待办", "feed 数据源", "department 部门", "open 待办", "overdue 超期"
            )
            for one in waiting(session):
                department = feeds.feed(one.feed).department_zh
                table.add_row(one.feed, department, f"{one.open:,}", f"{one.overdue:,}")
            console.print(table)
            return
        table = _table("Tasks 待办", "id", "check 核对", "due 期限", "what 内容")
        for task in tasks(session, feed=feed, overdue=overdue):
            check = definitions.every().get(task.kind)
            said = f"{check.zh} {check.en}" if check else task.kind
            table.add_row(str(task.id), task.kind, f"{task.due_on:%Y-%m-%d}", said)
        table.caption = f"{count(session, feed=feed, overdue=overdue):,}"
        console.print(table)


@app.command("look")
def look_now(feed: FeedOption = "") -> None:
    """Look for contradictions now, in all feeds or what one feed can change. 立即核对。"""
    console = Console()
    if feed:
        with _problems_as_sentences(console):
            feeds.feed(feed)
    with transaction() as session:
        looked = look(session, feed=feed or None, by=SYSTEM)
    table = _table(
        "Checks 核对", "check 核对", "found 发现", "opened 新增", "settled 消除", "again 重开"
    )
    for code, one in looked.items():
        counts = (one.found, one.opened, one.settled, one.reopened)
        if any(counts):
            table.add_row(code, *(f"{number:,}" for number in counts))
    console.print(table)


@app.command("answer")
def answer_task(
    task_id: Annotated[UUID, typer.Argument(help="The task's id. 待办编号。")],
    outcome: Annotated[str, typer.Option(help="stands, will_correct or explained. 结论。")],
    reason: Annotated[str, typer.Option(help="Why, in words. 理由。")],
) -> None:
    """Answer a task for its department, from this console. 代部门答复。"""
    console = Console()
    with _problems_as_sentences(console), transaction() as session:
        done = answer(session, task_id, by=SYSTEM, outcome=outcome, reason=reason)
        console.print(f"{done.kind}: {done.state}", markup=False)


def show_proofs() -> None:
    """Show which papers data answer today, and which feed would bring one back. 证明替代情况。"""
    table = _table("Proofs 证明", "code 编号", "proof 证明", "state 状态", "lacking 缺")
    with transaction() as session:
        for one in proof_states(session):
            said = f"{one.proof.zh} {one.proof.en}"
            table.add_row(one.proof.code, said, _STATES[one.state], ", ".join(one.lacking))
    Console().print(table)


@contextmanager
def _problems_as_sentences(console: Console) -> Iterator[None]:
    try:
        yield
    except Problem as problem:
        console.print(f"{problem.sentence_zh} {problem.sentence}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def _table(title: str, *headers: str) -> Table:
    table = Table(title=title)
    for header in headers:
        table.add_column(header)
    return table
