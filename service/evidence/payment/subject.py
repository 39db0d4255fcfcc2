"""The payment that a pack is about, and what its reader may see of it."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service.batches import queries
from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.evidence.said import at
from service.foundation.encryption import sealer
from service.foundation.ids import number_of, reference_of
from service.foundation.problems import NotFound
from service.programmes.titles import title
from service.web.filters import masked_name


@dataclass(frozen=True)
class Subject:
    """A payment with its list and its bank file."""

    payment: Payment
    batch: Batch
    file: BankFile | None
    whole: bool
    """Whether name, account and the list's own line are written out; else they are masked."""


def subject_of(session: Session, reference: str, *, whole: bool) -> Subject:
    """Return the payment with a reference; raises NotFound."""
    number = number_of(reference.strip().upper())
    payment = session.get(Payment, number) if number is not None and number < 2**63 else None
    if payment is None:
        raise NotFound("payment")
    batch = session.get_one(Batch, payment.batch_id)
    file = session.get(BankFile, payment.bank_file_id) if payment.bank_file_id else None
    return Subject(payment, batch, file, whole)


def paid(session: Session, about: Subject) -> dict[str, Any]:
    """Return the payment itself; the name by its first character and the account by its end, unless whole."""
    one = about.payment
    return {
        "reference": one.reference,
        "batch_no": about.batch.batch_no,
        "round": about.batch.round,
        "month": about.batch.month,
        "programme": one.programme,
        "name": {language: title(one.programme, language) for language in ("en", "zh")},
        "period": one.period,
        "line_type": one.line_type,
        "attempt": one.attempt,
        "state": one.state,
        "amount_fen": one.amount_fen,
        "entitled_fen": one.entitled_fen,
        "payee": one.payee_name if about.whole else masked_name(one.payee_name),
        "account": _account(session, about),
        "division": one.division,
        "settled_on": at(one.settled_on),
        "failed_on": at(one.failed_on),
        "result_code": one.result_code,
        "result_reason": one.result_reason,
        "pays_again": reference_of(one.replaces_id) if one.replaces_id else None,
        "adds_to": reference_of(one.mends_id) if one.mends_id else None,
    }


def _account(session: Session, about: Subject) -> dict[str, Any] | None:
    found = queries.account_of(session, about.payment)
    if found is None:
        return None
    said = {"bank": found.bank_name, "ending": found.tail}
    if about.whole:
        place = f"accounts:card:{found.card_index.hex()}"
        said["number"] = sealer().open(found.card_sealed, place)
    return said
