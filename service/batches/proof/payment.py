"""One payment's proof: its line, the way to its list's root, and the acts that froze, signed and sent the list.

One act alone would not do: the signature is over a list, and only the act that froze the list names
the root that this line leads to. So a text has several proofs, each whole by itself. Acts on
the line itself are left out: their reasons are what somebody said, perhaps about somebody else.
"""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.log.proofs import from_leaves, inclusion_proof
from service.audit.log.tree import leaf_hash
from service.audit.models import AuditEntry
from service.audit.proof.make import ProofNotYet, proofs_of
from service.audit.standalone.proofs import write_line
from service.batches.leaf import leaf_of
from service.batches.models import Batch, Payment
from service.batches.submit import leaves
from service.foundation.ids import number_of
from service.foundation.problems import NotFound

_ACTS = ("batch.frozen", "batch.signed", "batch.sent")


def payment_named(session: Session, reference: str) -> Payment:
    """Return a payment by its reference; raises NotFound."""
    number = number_of(reference)
    found = session.get(Payment, number) if number is not None else None
    if found is None:
        raise NotFound("payment")
    return found


def may_be_proved(session: Session, payment: Payment) -> bool:
    """Return whether the payment is on a list that was signed, and was not left out before it was sent."""
    return has_proof(session.get_one(Batch, payment.batch_id).state, payment.state)


def has_proof(state_of_list: str, state: str) -> bool:
    """Return the same from the states of the list and of the payment."""
    signed = state_of_list in ("signed", "sent", "answered")
    return signed and state not in ("held", "ready", "withheld")


def payment_proof(session: Session, payment: Payment) -> str:
    """Return the proof of one payment as one text; raises NotFound where there is nothing to prove yet."""
    if not may_be_proved(session, payment):
        raise NotFound("proof")
    batch = session.get_one(Batch, payment.batch_id)
    own = leaf_of(batch.salt, payment)
    lines = list(leaves(session, batch))
    if own not in lines:
        raise NotFound("proof")
    index = lines.index(own)
    path = inclusion_proof(index, len(lines), from_leaves([leaf_hash(one) for one in lines]))
    proofs = proofs_of(session, _acts(session, batch))
    parts = [_LETTER.format(reference=payment.reference), "\n"]
    return "".join([*parts, write_line(own, index, len(lines), path), "\n".join(proofs)])


def _acts(session: Session, batch: Batch) -> list[UUID]:
    """Return the last entry of each act, in order; the list may have been frozen more than once."""
    newest = (
        select(AuditEntry.act, func.max(AuditEntry.at).label("at"))
        .where(
            AuditEntry.object_type == "batches",
            AuditEntry.object_id == str(batch.id),
            AuditEntry.act.in_(_ACTS),
        )
        .group_by(AuditEntry.act)
        .subquery()
    )
    found = session.execute(
        select(AuditEntry.id)
        .join(newest, (newest.c.act == AuditEntry.act) & (newest.c.at == AuditEntry.at))
        .where(AuditEntry.object_type == "batches", AuditEntry.object_id == str(batch.id))
        .order_by(AuditEntry.at, AuditEntry.id)
    )
    ids = [one.id for one in found]
    if not ids:
        raise ProofNotYet
    return ids


_LETTER = """\
付款 {reference} 的发放证明  Proof of payment {reference}

本文件证明：这笔付款在一份已签署的发放清单上，清单的提交、签署和送交银行都记入了无法悄悄更改的审计日志。
请妥善保存本文件。日后如对这笔付款有疑问，任何人都可以用它核对，无需信任发放单位，也无需联网。
文件中有您这笔付款的明细（姓名、金额、月份），没有银行卡号和身份证号，也没有其他人的信息。

This file proves that the payment is on a signed list, and that the list was put together, signed and sent
to the bank: each of these acts stands in a log that nobody can change unnoticed. Keep it. If there is ever
a question about this payment, anybody can check it with this file, without trusting the office that paid
and without a network. It says this payment's name, amount and month; it has no card and no ID number, and
nothing of anybody else.

核验方法 How to check:  python3 -I -S verify_log.py THIS-FILE --trust TRUST.json

"""
