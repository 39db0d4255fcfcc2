"""Settle what a reply says: move its payments in sets and post the money of each set once."""

from datetime import date

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from bank_adapters import Reply, State
from service.audit.actor import Actor
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.recoveries.book import book_offsets
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post
from service.reconciliation.match import Outcome
from service.reconciliation.models import InboundFile


def settle(
    session: Session,
    inbound: InboundFile,
    file: BankFile,
    channel: BankChannel,
    reply: Reply,
    outcome: Outcome,
    *,
    by: Actor,
) -> None:
    """Move what the reply lists; then decide what its silence about the rest means."""
    silent = _silent(session, file, outcome) if outcome.is_final else []
    if reply.silence_code or reply.silence_reason:
        # A file refused as a whole names no payment, and each was refused for its reason.
        told = (reply.silence_code, reply.silence_reason)
        outcome.reasons.update(dict.fromkeys(silent, told))
    _keep_reasons(session, outcome)
    on = ("inbound_files", inbound.id)
    programme = session.get_one(Batch, file.batch_id).programme
    in_transit = account_code("in_transit", channel=channel.code, programme=programme)
    for state, then, account in (
        (State.PAID, "paid", "settled"),
        (State.REJECTED, "rejected", "commitments"),
    ):
        ids = list(outcome.moves.get(state, ()))
        if reply.silence_means is state:
            ids += silent
        if not ids:
            continue
        amount_fen = _move(session, ids, then, file.execution_date, by=by, on=on)
        post(
            session,
            f"reply.{then}",
            str(inbound.id),
            {account_code(account, programme=programme): amount_fen, in_transit: -amount_fen},
            booked_on=clock.today(),
        )
    book_offsets(session, programme)
    if reply.silence_means is State.IN_TRANSIT and silent:
        move_lines(session, Payment.id.in_(silent), now="sent", then="unknown", by=by, on=on)


def _move(
    session: Session,
    ids: list[int],
    then: str,
    settled_on: date,
    *,
    by: Actor,
    on: tuple[str, object],
) -> int:
    values = {"settled_on": settled_on} if then == "paid" else None
    return sum(
        move_lines(session, Payment.id.in_(ids), now=now, then=then, by=by, on=on, values=values)[1]
        for now in ("sent", "unknown")
    )


def _silent(session: Session, file: BankFile, outcome: Outcome) -> list[int]:
    waiting = session.scalars(
        select(Payment.id).where(
            Payment.bank_file_id == file.id, Payment.state.in_(("sent", "unknown"))
        )
    )
    return [number for number in waiting if number not in outcome.listed]


def _keep_reasons(session: Session, outcome: Outcome) -> None:
    told = {number: words for number, words in outcome.reasons.items() if any(words)}
    for start in range(0, len(told), 1000):
        part = dict(list(told.items())[start : start + 1000])
        session.execute(
            update(Payment)
            .where(Payment.id.in_(part))
            .values(
                result_code=case(
                    {number: code for number, (code, _) in part.items()}, value=Payment.id
                ),
                result_reason=case(
                    {number: reason for number, (_, reason) in part.items()}, value=Payment.id
                ),
            )
            .execution_options(synchronize_session=False)
        )
