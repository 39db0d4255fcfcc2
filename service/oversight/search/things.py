"""What a search's words mean: a person's things, a payment, a list or a file by its number."""

from typing import Any

from sqlalchemy import ColumnElement, String, cast, literal, or_, select, union_all
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.recoveries.models import RecoveryCase
from service.dispatch.models import BankFile
from service.dispatch.recall.models import Recall, RecallLine
from service.foundation.ids import number_of
from service.notices.models import Notice
from service.notices.objections.models import Objection
from service.oversight.words.things import Thing, uuids
from service.reconciliation.corrections.models import CorrectionRow
from service.reconciliation.desk.models import FinanceTask
from service.reconciliation.models import InboundFile
from service.residents.identity.canonical import aliases
from service.residents.models import (
    AccountChange,
    Delivery,
    FactCorrection,
    HeirRegistration,
    ProxyRegistration,
    ReviewTask,
)

_DIGITS_MAX = 9
_LETTERED: dict[str, tuple[str, Any, Any]] = {
    "O": ("objections", Objection.id, Objection.number),
    "R": ("recovery_cases", RecoveryCase.id, RecoveryCase.number),
}
THINGS_MAX = 2_000
"""A person has some hundreds at most; beyond that a number stands for something else."""


def of_person(session: Session, person_id: int) -> list[Thing]:
    """Return everything of one person that entries can be about, under whichever number it came.

    The record itself, payments to the person, objections to them, account changes, proxies,
    heirs, corrections, questions to departments, recoveries, and finance's look at each payment.
    """
    ids = aliases(session, person_id)
    payments = select(Payment.id).where(Payment.payee_person_id.in_(ids)).subquery()
    own = select(payments.c.id)
    parts: list[tuple[Any, Any, ColumnElement[bool] | None]] = [
        (literal("payments"), payments.c.id, None),
        (literal("objections"), Objection.id,
         or_(Objection.payment_id.in_(own),
             Objection.notice_id.is_(None) & Objection.person_id.in_(ids))),
        (literal("finance_tasks"), FinanceTask.id,
         (FinanceTask.kind == "failed") & FinanceTask.thing.in_(select(cast(payments.c.id, String)))),
        (literal("correction_rows"), CorrectionRow.id, CorrectionRow.payment_id.in_(own)),
        (literal("account_changes"), AccountChange.id, AccountChange.person_id.in_(ids)),
        (literal("proxy_registrations"), ProxyRegistration.id, ProxyRegistration.person_id.in_(ids)),
        (literal("heir_registrations"), HeirRegistration.id,
         or_(HeirRegistration.person_id.in_(ids), HeirRegistration.heir_person_id.in_(ids))),
        (literal("fact_corrections"), FactCorrection.id, FactCorrection.person_id.in_(ids)),
        (literal("review_tasks"), ReviewTask.id, ReviewTask.person_id.in_(ids)),
        (literal("recovery_cases"), RecoveryCase.id, RecoveryCase.payee_person_id.in_(ids)),
    ]  # fmt: skip
    selects = []
    for kind, column, which in parts:
        one = select(kind.label("kind"), cast(column, String).label("thing"))
        selects.append(one if which is None else one.where(which))
    found = session.execute(union_all(*selects).limit(THINGS_MAX))
    return [("persons", str(one)) for one in ids] + [(kind, thing) for kind, thing in found]


def of_number(session: Session, said: str) -> list[Thing]:
    """Return what a number means on paper: a payment, a list, a notice, a file, a recall, an objection.

    Of a list its notices, of a file its recalls come along. Whatever it is not, it may be an id as
    the trail keeps it; those are looked for by `find` itself.
    """
    number = number_of(said.upper())
    if number is not None:
        return _of_payment(session, number)
    found: list[Thing] = []
    for batch_id in session.scalars(select(Batch.id).where(Batch.batch_no == said)):
        found.append(("batches", str(batch_id)))
        notices = session.scalars(select(Notice.id).where(Notice.batch_id == batch_id))
        found += [("notices", str(one)) for one in notices]
    for notice_id in session.scalars(select(Notice.id).where(Notice.number == said)):
        found.append(("notices", str(notice_id)))
    files = session.scalars(
        select(BankFile.id).where(or_(BankFile.file_name == said, BankFile.file_reference == said))
    )
    for file_id in files:
        found.append(("bank_files", str(file_id)))
        recalls = session.scalars(select(Recall.id).where(Recall.bank_file_id == file_id))
        found += [("recalls", str(one)) for one in recalls]
    named: list[tuple[str, Any, ColumnElement[bool]]] = [
        ("inbound_files", InboundFile.id, InboundFile.file_name == said),
        ("deliveries", Delivery.id, Delivery.file_name == said),
    ]
    for kind, column, which in named:
        found += [
            (kind, str(one)) for one in session.scalars(select(column).where(which).limit(50))
        ]
    digits = said[1:]
    if digits.isascii() and digits.isdecimal() and len(digits) < _DIGITS_MAX:
        lettered = _LETTERED.get(said[:1])
        if lettered:
            kind, identity, number_column = lettered
            numbered = session.scalars(select(identity).where(number_column == int(digits)))
            found += [(kind, str(one)) for one in numbered]
    return found


def known_by_id(said: str) -> bool:
    """Return whether a word can be an id as the trail keeps it: a UUID, or a short number."""
    return bool(uuids([said])) or (said.isascii() and said.isdecimal() and len(said) < 15)


def _of_payment(session: Session, number: int) -> list[Thing]:
    found: list[Thing] = [("payments", str(number))]
    objections = session.scalars(select(Objection.id).where(Objection.payment_id == number))
    found += [("objections", str(one)) for one in objections]
    tasks = session.scalars(
        select(FinanceTask.id).where(FinanceTask.kind == "failed", FinanceTask.thing == str(number))
    )
    found += [("finance_tasks", str(one)) for one in tasks]
    rows = session.scalars(select(CorrectionRow.id).where(CorrectionRow.payment_id == number))
    found += [("correction_rows", str(one)) for one in rows]
    recalls = session.scalars(select(RecallLine.recall_id).where(RecallLine.payment_id == number))
    found += [("recalls", str(one)) for one in recalls]
    return found
