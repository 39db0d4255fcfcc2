"""``anxin holds …``: lines left out of signed lists, each act in the officers' names."""

import json
from typing import Annotated

import typer
from sqlalchemy.orm import Session

from service.batches import queries as batch_queries
from service.batches.models import Payment
from service.batches.withheld.queries import of_batch
from service.dispatch.holding.hold import hold
from service.dispatch.holding.release import release
from service.dispatch.holding.words import ended, why
from service.foundation.database import transaction
from service.foundation.ids import number_of
from service.foundation.money import yuan
from service.foundation.problems import NotFound
from service.officers import queries as officer_queries
from service.officers.models import Officer

app = typer.Typer(help="Lines left out of signed lists. 签后暂缓。", no_args_is_help=True)
BatchNo = Annotated[str, typer.Argument(help="Number of the batch, like MZ15-2026-10-01.")]
By = Annotated[str, typer.Option(help="User name of the officer who does it.")]
Reason = Annotated[str, typer.Option(help="Why; kept for ever.")]


@app.command("list")
def list_held(
    batch_no: BatchNo,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List the lines that were left out of a batch. 暂缓明细一览。"""
    with transaction() as session:
        found = of_batch(session, batch_queries.by_no(session, batch_no))
        listed = [
            {
                "reference": one.payment.reference,
                "amount_fen": one.payment.amount_fen,
                "state": one.payment.state,
                "control": one.line.control,
                "why": why(one),
                "ended": ended(one),
            }
            for one in found
        ]
    if as_json:
        typer.echo(json.dumps(listed, ensure_ascii=False))
        return
    for said in listed:
        amount = yuan(int(str(said["amount_fen"])))
        typer.echo(
            f"{said['reference']}\t{amount}\t{said['state']}\t{said['why']}\t{said['ended']}"
        )


@app.command("hold")
def hold_lines(
    batch_no: BatchNo,
    references: Annotated[list[str], typer.Argument(help="The lines' references.")],
    by: By,
    and_by: Annotated[str, typer.Option(help="User name of the second officer.")],
    reason: Reason,
) -> None:
    """Leave lines of a signed batch out before its files go: two officers. 签后暂缓。"""
    with transaction() as session:
        batch = batch_queries.locked(session, batch_queries.by_no(session, batch_no).id)
        first, second = (_officer(session, one) for one in (by, and_by))
        hold(session, batch, references, by=first, and_by=second, reason=reason)
    typer.echo(f"{batch_no}: {len(references)} left out")


@app.command("release")
def release_line(
    reference: Annotated[str, typer.Argument(help="The line's reference.")], by: By, reason: Reason
) -> None:
    """Release a held line, to be issued again in a later list. 解除暂缓。"""
    with transaction() as session:
        payment = session.get(Payment, number_of(reference.upper()) or 0)
        if payment is None:
            raise NotFound("line")
        release(session, payment, by=_officer(session, by), reason=reason)
    typer.echo(f"{reference}: released")


def _officer(session: Session, username: str) -> Officer:
    found = officer_queries.by_username(session, username)
    if found is None or not found.active:
        raise NotFound("officer")
    return found
