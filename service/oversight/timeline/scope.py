"""What a timeline follows: payments with those they replace, the lists and the bank files around them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import queries as batches
from service.batches.models import Batch, Payment
from service.batches.withheld.models import HeldLine
from service.dispatch.models import BankFile
from service.foundation.ids import number_of
from service.foundation.months import Month
from service.foundation.problems import NotFound
from service.residents.identity.canonical import aliases
from service.residents.models import Person

_CHAIN_MAX = 20
_FILES_MAX = 200


@dataclass(frozen=True)
class Scope:
    """What is followed; ``payments`` come first to last where one replaces another."""

    kind: str
    """payment, person, batch or file."""
    name: str
    payments: list[Payment] = field(default_factory=list)
    batches: list[Batch] = field(default_factory=list)
    files: list[BankFile] = field(default_factory=list)
    payee: int | None = None

    def batch_of(self, payment: Payment) -> Batch:
        """Return the list that a payment stands in."""
        return next(one for one in self.batches if one.id == payment.batch_id)


def of_payment(session: Session, reference: str) -> Scope:
    """Follow a payment and every one that it replaces or that replaces it; raises NotFound."""
    number = number_of(reference.upper())
    payment = session.get(Payment, number) if number is not None else None
    if payment is None:
        raise NotFound("payment")
    chain = _chain(session, payment)
    return _around(session, "payment", payment.reference, chain, payment.payee_person_id)


def of_person(session: Session, person_id: int, month: str) -> Scope:
    """Follow everything that a resident was to receive in a month; raises NotFound, BadMonth."""
    said = str(Month.parse(month))
    if session.get(Person, person_id) is None:
        raise NotFound("resident")
    found = session.scalars(
        select(Payment)
        .join(Batch, Batch.id == Payment.batch_id)
        .where(Payment.payee_person_id.in_(aliases(session, person_id)), Batch.month == said)
        .order_by(Payment.id)
    )
    every: dict[int, Payment] = {}
    for payment in found:
        every |= {one.id: one for one in _chain(session, payment)}
    payments = [every[number] for number in sorted(every)]
    return _around(session, "person", f"{person_id} · {said}", payments, person_id)


def of_batch(session: Session, batch_no: str) -> Scope:
    """Follow a list and its bank files; raises NotFound."""
    batch = batches.by_no(session, batch_no)
    files = session.scalars(
        select(BankFile)
        .where(BankFile.batch_id == batch.id)
        .order_by(BankFile.made_at, BankFile.file_reference)
        .limit(_FILES_MAX)
    )
    return Scope("batch", batch.batch_no, [], [batch], list(files))


def of_file(session: Session, file_id: UUID) -> Scope:
    """Follow one bank file; raises NotFound."""
    file = session.get(BankFile, file_id)
    if file is None:
        raise NotFound("file")
    return Scope("file", file.file_name, [], [], [file])


def _chain(session: Session, payment: Payment) -> list[Payment]:
    found = [payment]
    while found[0].replaces_id is not None and len(found) < _CHAIN_MAX:
        before = session.get(Payment, found[0].replaces_id)
        if before is None:
            break
        found.insert(0, before)
    while len(found) < _CHAIN_MAX:
        after = session.scalars(
            select(Payment).where(Payment.replaces_id == found[-1].id).order_by(Payment.id).limit(1)
        ).first()
        if after is None:
            break
        found.append(after)
    return found


def _around(
    session: Session, kind: str, name: str, payments: list[Payment], payee: int | None
) -> Scope:
    batch_ids = list(dict.fromkeys(one.batch_id for one in payments))
    held = session.scalars(
        select(HeldLine.bank_file_id).where(HeldLine.payment_id.in_([one.id for one in payments]))
    )
    file_ids = list(dict.fromkeys(_of([*(one.bank_file_id for one in payments), *held])))
    return Scope(
        kind,
        name,
        payments,
        [session.get_one(Batch, one) for one in batch_ids],
        [session.get_one(BankFile, one) for one in file_ids],
        payee,
    )


def _of(ids: Iterable[UUID | None]) -> list[UUID]:
    return [one for one in ids if one is not None]
