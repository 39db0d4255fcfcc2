"""Hold a bank's line beside the payments it may be about: what fits, what differs, what nobody said.

Nothing here matches anything. Which facts speak for a payment is for a person to weigh.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.foundation import clock
from service.foundation.ids import number_of
from service.ledger.queries import channels
from service.reconciliation.models import InboundFile, ReplyLine
from service.reconciliation.receipts import queries
from service.reconciliation.receipts.queries import Receipt
from service.residents.models import Account

_JUDGED = ("amount_mismatch", "account_mismatch", "name_mismatch")
"""In the order in which a line is judged: what comes before its outcome fits or was not said."""
_BY_AMOUNT_MAX = 5


@dataclass(frozen=True)
class Fact:
    """One fact on both sides; ``fits`` is None where it cannot be compared.

    ``bank`` is None where the bank did not say it, "" where what it said is not kept with its line.
    """

    name: str
    """amount, reference, account, name, day or bank."""
    bank: str | int | date | None
    ours: str | int | date | None
    fits: bool | None
    by: int = 0
    """By how many fen or days it differs."""


@dataclass(frozen=True)
class Suggestion:
    """A payment that a line may be about, with every fact on both sides."""

    payment: Payment
    batch_no: str
    facts: Sequence[Fact]

    @property
    def fitting(self) -> int:
        """How many facts speak for it."""
        return sum(one.fits is True for one in self.facts)


def for_receipt(session: Session, receipt: Receipt, found: Sequence[Payment]) -> list[Suggestion]:
    """Return the payments that may have come back by a movement, the best fitting first."""
    line, theirs = receipt.line, receipt.channel.name
    context = _Context.of(session, found)
    told = []
    for one in found:
        moved = abs(line.signed_fen)
        facts = [
            Fact("amount", moved, one.amount_fen, moved == one.amount_fen, moved - one.amount_fen),
            _reference(line.reference, one),
            # A statement's movement names neither.
            Fact("account", None, context.tails.get(one.account_id or 0, ""), None),
            Fact("name", None, one.payee_name, None),
            _day(receipt.statement.booked_on, one.settled_on),
            _bank(theirs, context.banks.get(one.channel_id) if one.channel_id else None),
        ]
        told.append(Suggestion(one, context.batches[one.batch_id], facts))
    return sorted(told, key=lambda one: -one.fitting)


def for_line(session: Session, line: ReplyLine, inbound: InboundFile) -> list[Suggestion]:
    """Return the payment that a reply's line was found to be about, or those it may be about."""
    found = _payments(session, line, inbound)
    context = _Context.of(session, found)
    told = []
    for one in found:
        is_its = one.id == line.payment_id
        amount = line.amount_fen
        facts = [
            Fact("amount", amount, one.amount_fen, None, 0)
            if amount is None
            else Fact("amount", amount, one.amount_fen, amount == one.amount_fen, amount - one.amount_fen),
            _reference(line.reference, one),
            Fact(
                "account", "", context.tails.get(one.account_id or 0, ""),
                _judged(line, "account_mismatch", is_its=is_its),
            ),
            Fact("name", "", one.payee_name, _judged(line, "name_mismatch", is_its=is_its)),
            _day(clock.civil(inbound.received_at).date(), one.settled_on),
            _bank(
                context.banks.get(inbound.channel_id),
                context.banks.get(one.channel_id) if one.channel_id else None,
            ),
        ]  # fmt: skip
        told.append(Suggestion(one, context.batches[one.batch_id], facts))
    return sorted(told, key=lambda one: -one.fitting)


@dataclass(frozen=True)
class _Context:
    tails: dict[int, str]
    banks: dict[UUID, str]
    batches: dict[UUID, str]

    @classmethod
    def of(cls, session: Session, found: Sequence[Payment]) -> "_Context":
        accounts = {one.account_id for one in found if one.account_id is not None}
        lists = {one.batch_id for one in found}
        tails = session.execute(select(Account.id, Account.tail).where(Account.id.in_(accounts)))
        named = session.execute(select(Batch.id, Batch.batch_no).where(Batch.id.in_(lists)))
        return cls(
            {number: tail or "" for number, tail in tails},
            {one.id: one.name for one in channels(session)},
            {batch_id: batch_no for batch_id, batch_no in named},  # noqa: C416 - rows are tuples of two
        )


def _payments(session: Session, line: ReplyLine, inbound: InboundFile) -> list[Payment]:
    if line.payment_id is not None:
        return [session.get_one(Payment, line.payment_id)]
    number = number_of("".join(line.reference.split()).upper())
    named = session.get(Payment, number) if number is not None else None
    if named is not None:
        return [named]
    if inbound.bank_file_id is None or not line.amount_fen:
        return []
    return list(
        session.scalars(
            select(Payment)
            .where(
                Payment.bank_file_id == inbound.bank_file_id,
                Payment.amount_fen == line.amount_fen,
                Payment.state.in_(queries.CAN_COME_BACK),
            )
            .order_by(Payment.state == "paid", Payment.id)
            .limit(_BY_AMOUNT_MAX)
        )
    )


def _judged(line: ReplyLine, outcome: str, *, is_its: bool) -> bool | None:
    """Return what matching found of a fact that the bank's line is not kept with."""
    if not is_its or line.outcome not in _JUDGED:
        return None
    return False if line.outcome == outcome else None


def _reference(written: str, payment: Payment) -> Fact:
    if not written.strip():
        return Fact("reference", None, payment.reference, None)
    same = "".join(written.split()).upper() == payment.reference
    return Fact("reference", written, payment.reference, same)


def _day(theirs: date, ours: date | None) -> Fact:
    """Money comes back after it was paid; how many days it took is for a person to judge."""
    if ours is None:
        return Fact("day", theirs, None, None)
    days = (theirs - ours).days
    return Fact("day", theirs, ours, days >= 0, days)


def _bank(theirs: str | None, ours: str | None) -> Fact:
    return Fact("bank", theirs, ours, None if ours is None else theirs == ours)
