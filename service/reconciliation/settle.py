"""Settle what a reply says of one file: move its payments in sets and post the money of each set once."""

from typing import Any, Self

from sqlalchemy import ColumnElement, column, select, table
from sqlalchemy.orm import Session

from bank_adapters import State
from service.audit.actor import Actor
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.recoveries.book import book_offsets
from service.dispatch.models import BankFile
from service.foundation import clock
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post
from service.reconciliation.control import keep_control
from service.reconciliation.models import InboundFile

_JUDGED = table(
    "judged_lines",
    *(column(name) for name in ("payment_id", "bank_file_id", "said", "outcome", "code", "reason")),
)


class Silence:
    """What a reply's saying nothing of a payment means; ``counts`` False: nothing at all."""

    def __init__(self, means: State, code: str = "", reason: str = "", *, counts: bool) -> None:
        self.means, self.code, self.reason, self.counts = means, code, reason, counts

    @property
    def speaks(self) -> bool:
        """Whether silence alone says what became of a payment."""
        return self.counts and self.means in {State.PAID, State.REJECTED}

    def saying_nothing(self) -> Self:
        """Return the silence of an answer that has not come to an end."""
        return type(self)(self.means, counts=False)


def settle(
    session: Session,
    inbound: InboundFile,
    file: BankFile,
    channel: BankChannel,
    silence: Silence,
    *,
    by: Actor,
) -> None:
    """Move what ``judged_lines`` lets move; then decide what silence about the rest means.

    Raises the database's refusal when sent is not paid, failed, returned and in transit to the fen.
    """
    on = ("inbound_files", inbound.id)
    programme = session.get_one(Batch, file.batch_id).programme
    in_transit = account_code("in_transit", channel=channel.code, programme=programme)
    mine = Payment.bank_file_id == file.id
    silent = mine & Payment.id.not_in(
        select(_JUDGED.c.payment_id).where(_JUDGED.c.payment_id.is_not(None))
    )
    # Everything is asked before anything moves.
    for state, then, account in (
        (State.PAID, "paid", "settled"),
        (State.REJECTED, "rejected", "commitments"),
    ):
        values = {"settled_on": file.execution_date} if then == "paid" else {}
        # One line at most moves a payment, so each is joined to what the bank said of it.
        named = (
            mine
            & (_JUDGED.c.payment_id == Payment.id)
            & (_JUDGED.c.bank_file_id == file.id)
            & (_JUDGED.c.outcome == "moved")
            & (_JUDGED.c.said == state.value)
        )
        told = {"result_code": _JUDGED.c.code, "result_reason": _JUDGED.c.reason}
        amount_fen = _move(session, named, then, values | told, by, on)
        if silence.counts and silence.means is state:
            amount_fen += _move(session, silent, then, values | _why(silence), by, on)
        post(
            session,
            f"reply.{then}",
            f"{inbound.id}:{file.id}",
            {account_code(account, programme=programme): amount_fen, in_transit: -amount_fen},
            booked_on=clock.today(),
        )
    book_offsets(session, programme)
    if silence.counts and silence.means is State.IN_TRANSIT:
        move_lines(session, silent, now="sent", then="unknown", by=by, on=on)
    keep_control(session, file, inbound)


def _move(
    session: Session,
    which: ColumnElement[bool],
    then: str,
    values: dict[str, Any],
    by: Actor,
    on: tuple[str, object],
) -> int:
    return sum(
        move_lines(session, which, now=now, then=then, by=by, on=on, values=values)[1]
        for now in ("sent", "unknown")
    )


def _why(silence: Silence) -> dict[str, Any]:
    """A file refused as a whole names no payment, and each was refused for its reason."""
    if not (silence.code or silence.reason):
        return {}
    return {"result_code": silence.code, "result_reason": silence.reason}
