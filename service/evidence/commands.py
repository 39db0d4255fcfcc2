"""Commands that write evidence packs; they stand under `anxin audit`, where auditors look."""

import os
from pathlib import Path
from typing import Annotated

import typer

from service.audit.actor import Actor
from service.audit.log.publish import publish
from service.audit.log.sequence import sequence
from service.batches import queries
from service.evidence.make import make_of_batch, make_of_month, make_of_payment
from service.evidence.payment.subject import subject_of
from service.foundation.database import transaction
from service.foundation.months import Month

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


def pack_batch(
    batch: Annotated[str, typer.Argument(help="The batch's number. 批次号。")],
    output: Annotated[
        Path, typer.Option(help="Where the archive is written. 输出文件夹。")
    ] = Path(),
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help="With bank files and names. 不脱敏。")
    ] = False,
    reason: Annotated[str, typer.Option(help="What --whole is needed for. 用途。")] = "",
) -> None:
    """Write one batch's evidence for the archive: list, signatures, banks, ledger. 生成批次证据包。"""
    with transaction() as session:
        sequence(session)
    name, digest = _packed_batch(batch, output, whole=whole, reason=reason)
    typer.echo(f"{output / name}  {digest}")


def pack_month(
    month: Annotated[str, typer.Argument(help="The month, like 2026-10. 月份。")],
    output: Annotated[
        Path, typer.Option(help="Where the archives are written. 输出文件夹。")
    ] = Path(),
    *,
    whole: Annotated[
        bool, typer.Option("--whole", help="With bank files and names. 不脱敏。")
    ] = False,
    reason: Annotated[str, typer.Option(help="What --whole is needed for. 用途。")] = "",
) -> None:
    """Write a month's evidence: a pack of every batch, and one that names them all. 生成月度证据包。"""
    wanted = str(Month.parse(month))
    with transaction() as session:
        sequence(session)
        numbers = sorted(one.batch_no for one in queries.of_month(session, wanted))
    packs = {
        number: _packed_batch(number, output, whole=whole, reason=reason) for number in numbers
    }
    path = output / f"evidence-{wanted}.zip"
    with transaction() as session:
        digest = make_of_month(session, wanted, path, packs, by=_BY)
    for number, (name, found) in packs.items():
        typer.echo(f"{number}  {output / name}  {found}")
    typer.echo(f"{path}  {digest}")


def _packed_batch(number: str, output: Path, *, whole: bool, reason: str) -> tuple[str, str]:
    """Write one batch's pack in a transaction of its own; return its file name and digest."""
    name = f"evidence-{number}.zip"
    with transaction() as session:
        batch = queries.by_no(session, number)
        digest = make_of_batch(session, batch, output / name, by=_BY, whole=whole, reason=reason)
    return name, digest
