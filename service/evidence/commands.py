"""Commands that write evidence packs; they stand under `anxin audit`, where auditors look."""

import os
from pathlib import Path
from typing import Annotated

import typer

from service.audit.actor import Actor
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.evidence.make import make_of_payment
from service.evidence.payment.subject import subject_of
from service.foundation.database import transaction

_BY = Actor(kind="system", id="command line")


def pack_payment(
    payment: Annotated[str, typer.Argument(help="The payment's reference. 付款编号。")],
    output: Annotated[
        Path, typer.Option(help="Where the archive is written. 输出文件夹。")
    ] = Path(),
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help="Name and account written out. 不脱敏。")
    ] = False,
    reason: Annotated[str, typer.Option(help="What --whole is needed for. 用途。")] = "",
) -> None:
    """Write one payment's evidence, from law to card, with its own verifier. 生成付款证据包。"""
    with transaction() as session:
        sequence(session)
    publish()
    with transaction() as session:
        about = subject_of(session, payment, whole=whole)
        made = make_of_payment(session, about, by=_BY, reason=reason)
    path = output / f"evidence-{about.payment.reference}.zip"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(made.content)
    typer.echo(f"{path}  {made.digest}")
