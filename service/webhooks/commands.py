"""``anxin webhooks …``: who is told what became of payments, each act in an administrator's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.problems import NotFound
from service.officers.models import Officer
from service.officers.queries import by_username
from service.webhooks import operate, queries
from service.webhooks.agree import target_host
from service.webhooks.deliver import deliver_due
from service.webhooks.pages import SIMPLE, replay
from service.webhooks.payload import message_id

app = typer.Typer(
    help="Systems that are told what became of payments. 事件推送。", no_args_is_help=True
)
Id = Annotated[UUID, typer.Argument(help="The endpoint's id, as `list` shows it.")]
By = Annotated[str, typer.Option(help="User name of the administrator who does it.")]


@app.command("list")
def list_endpoints() -> None:
    """Show every endpoint, its state, and what waits for it. 各接收端状态。"""
    table = Table("id", "system 系统", "state 状态", "host 主机", "programmes 项目", "waiting 待发",
                  "parked 搁置", title="Webhooks 事件推送")  # fmt: skip
    with transaction() as session:
        standing = queries.counts(session)
        for one in queries.every(session):
            many = standing.get(one.id, queries.Counts())
            table.add_row(
                str(one.id), one.name, one.state, target_host(one.url), ", ".join(one.programmes),
                str(many.waiting), str(many.parked),
            )  # fmt: skip
    Console().print(table)


@app.command("deliveries")
def list_deliveries(
    endpoint: Id, parked: Annotated[bool, typer.Option("--parked", help="Only these.")] = False
) -> None:
    """Show the newest events of an endpoint and what it answered. 推送记录。"""
    table = Table("event 事件", "kind 类型", "about 批次", "happened 发生", "outcome 结果", "tries 次数",
                  "status", "ms")  # fmt: skip
    with transaction() as session:
        queries.by_id(session, endpoint)
        for one in queries.deliveries(session, endpoint, parked=parked)[0]:
            last = one.last
            table.add_row(
                message_id(one.event), one.event.kind, one.event.about,
                f"{clock.civil(one.event.occurred_at):%Y-%m-%d %H:%M:%S}", one.outcome,
                str(one.delivery.tries), str(last.status or last.outcome) if last else "–",
                str(last.milliseconds) if last else "–",
            )  # fmt: skip
    Console().print(table)


@app.command("test")
def send_test(endpoint: Id, by: By) -> None:
    """Send a test event now. 发送测试事件。"""
    with _as_officer(by) as (session, officer):
        event = operate.try_out(session, endpoint, by=officer)
        name = message_id(event)
    deliver_due()
    typer.echo(name)


@app.command("rotate")
def rotate_secret(endpoint: Id, by: By) -> None:
    """Make a new secret and show it once; the earlier one stays valid for a day. 更换密钥。"""
    with _as_officer(by) as (session, officer):
        secret = operate.rotate(session, endpoint, by=officer)
    typer.echo(secret)


@app.command("off")
def switch_off(endpoint: Id, by: By) -> None:
    """Send nothing more for now. 停用。"""
    _simple("off", endpoint, by)


@app.command("on")
def switch_on(endpoint: Id, by: By) -> None:
    """Send again to an endpoint that is off. 启用。"""
    _simple("on", endpoint, by)


@app.command("replay")
def replay_events(
    endpoint: Id,
    by: By,
    event: Annotated[str, typer.Option(help="One event, by its id.")] = "",
    first: Annotated[str, typer.Option(help="The first day, such as 2026-10-16.")] = "",
    last: Annotated[str, typer.Option(help="The last day.")] = "",
) -> None:
    """Send one event, or whole days, again under their own ids. 重发事件。"""
    with _as_officer(by) as (session, officer):
        sent = replay(session, endpoint, (event, first, last or first), by=officer, signed_in="")
    typer.echo(f"{sent} events 个事件")


def _simple(act: str, endpoint: UUID, by: str) -> None:
    with _as_officer(by) as (session, officer):
        SIMPLE[act](session, endpoint, by=officer, session_id="")
        typer.echo(f"{endpoint}: {act}")


@contextmanager
def _as_officer(username: str) -> Iterator[tuple[Session, Officer]]:
    with transaction() as session:
        officer = by_username(session, username)
        if officer is None:
            raise NotFound("officer")
        yield session, officer
