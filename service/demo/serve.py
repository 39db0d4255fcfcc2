"""Serve the pages for clicking around: web, worker and the simulated bank in one command."""

from contextlib import ExitStack
from typing import Annotated

import typer
import uvicorn
from rich.console import Console
from rich.table import Table

from service.demo.bank import simulated_bank
from service.demo.staff import duties, hire, sign_ins
from service.demo.witnesses import witnesses
from service.demo.work import stamp_here, worker
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.engines import database_url, redis_url
from service.foundation.jobs.wake import announce
from service.foundation.migrating import upgrade
from service.foundation.settings import settings
from service.web.serving import usable


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on.")] = settings().web_host,
    port: Annotated[
        int, typer.Option(min=0, max=65_535, help="Port to listen on.")
    ] = settings().web_port,
) -> None:
    """Start web and worker; in the demo profile also the bank and the demo officers."""
    usable(host, port)
    stamp_here()
    upgrade(database_url())
    redis_url()
    announce()
    with ExitStack() as stack:
        stack.enter_context(witnesses())
        stack.enter_context(worker())
        if settings().profile == "demo":
            bank = stack.enter_context(simulated_bank(7))
            with transaction() as session:
                hire(session)
                bank.register(session, on=clock.today())
            _show_sign_ins()
            Console().print(f"Training bank 培训银行 → [bold]{bank.page}[/]  (this machine only)")
        Console().print(
            f"\nAnxin 安心 → [bold]http://{host}:{port}/[/]  (Ctrl-C stops everything)\n"
        )
        # By its name: no other command has to load every page.
        uvicorn.run(
            "service.app:create_app",
            factory=True,
            host=host,
            port=port,
            log_level="warning",
            access_log=False,
        )


def _show_sign_ins() -> None:
    table = Table(title="Demo sign-ins 演示账号 (this machine only)")
    for heading in ("Duty 岗位", "User name 用户名", "Password 密码"):
        table.add_column(heading)
    passwords = sign_ins()
    for username, duty in duties().items():
        table.add_row(duty, username, passwords[username])
    Console().print(table)
