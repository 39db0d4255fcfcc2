"""Match a reply's lines to the payments of the file it answers: our reference, then the amount.

Strict order and nothing guessed: a line without our reference, of another file or with another
amount moves nothing and stays as an exception.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bank_adapters import Reply, ReplyRecord, State
from service.batches.models import Payment
from service.dispatch.models import BankFile
from service.foundation.ids import number_of
from service.reconciliation.models import InboundFile, ReplyLine

_FINAL = {State.PAID, State.REJECTED}
"""A return that a reply announces moves nothing: the credit on the statement does."""
_SAID_ALREADY = {
    (State.PAID, "paid"),
    (State.PAID, "returned"),
    (State.REJECTED, "rejected"),
    (State.REJECTED, "reissued"),
}


@dataclass
class Outcome:
    """What a reply does: ids to move by what the bank said, with code and reason of each."""

    moves: dict[State, list[int]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[int, tuple[str, str]] = field(default_factory=dict)
    listed: set[int] = field(default_factory=set)
    is_final: bool = False


def match(session: Session, inbound: InboundFile, file: BankFile, reply: Reply) -> Outcome:
    """Classify every line, keep it as a row, and return what may move."""
    numbers = {record.reference: number_of(record.reference) for record in reply.records}
    payments = {
        payment.id: payment
        for payment in session.scalars(select(Payment).where(Payment.bank_file_id == file.id))
    }
    contradictory = _contradictory(reply)
    result = Outcome(is_final=_is_final(reply))
    rows = []
    for record in reply.records:
        number = numbers[record.reference]
        payment = payments.get(number) if number is not None else None
        outcome = _classify(session, record, number, payment, record.reference in contradictory)
        if payment is not None:
            result.listed.add(payment.id)
            if outcome == "moved":
                result.moves[record.state].append(payment.id)
                result.reasons[payment.id] = (record.code, record.reason)
        rows.append(
            {
                "inbound_file_id": inbound.id,
                "line": record.line,
                "reference": record.reference[:40],
                "payment_id": payment.id if payment else None,
                "said": record.state.value,
                "outcome": outcome,
                "amount_fen": record.amount_fen,
                "code": record.code[:40],
                "reason": record.reason[:200],
            }
        )
    if rows:
        session.execute(insert(ReplyLine), rows)
    return result


def _classify(
    session: Session,
    record: ReplyRecord,
    number: int | None,
    payment: Payment | None,
    contradictory: bool,
) -> str:
    if payment is None:
        elsewhere = number is not None and session.get(Payment, number) is not None
        return "wrong_file" if elsewhere else "unknown_reference"
    if record.amount_fen is not None and record.amount_fen != payment.amount_fen:
        return "amount_mismatch"
    if contradictory:
        return "contradiction"
    if record.state not in _FINAL or (record.state, payment.state) in _SAID_ALREADY:
        return "unchanged"
    return "moved" if payment.state in {"sent", "unknown"} else "contradiction"


def _contradictory(reply: Reply) -> set[str]:
    """References that one file gives two final states, or names twice."""
    said: dict[str, set[State]] = defaultdict(set)
    for record in reply.records:
        if record.state in _FINAL:
            said[record.reference].add(record.state)
    return {reference for reference, states in said.items() if len(states) > 1}


def _is_final(reply: Reply) -> bool:
    return any(record.state in _FINAL for record in reply.records) or reply.silence_means in _FINAL
