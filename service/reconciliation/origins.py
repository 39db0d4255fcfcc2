"""What the ledger's entries are about: payment, bank file and line, reply or statement line."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.batches.recoveries.models import (
    RecoveryCase,
    RecoveryItem,
    RecoveryReceipt,
    RecoveryReduction,
)
from service.dispatch.models import BankFile
from service.dispatch.recall.models import Recall
from service.ledger.models import BankChannel, LedgerEntry
from service.ledger.trace import Origin, explain_by
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.reconciliation.receipts.models import ReceiptAssignment
from service.reconciliation.receipts.queries import parts

_LINES_MAX = 100


def explain_entries() -> None:
    """Tell the ledger what the events of every stage are about: by the ids that theirs are made of."""
    explain_by(("",), _of_ids)
    explain_by(
        ("appropriation.received", "year.unspent", "year.forfeited", "year.carried_over"),
        _of_appropriation,
    )
    explain_by(("channel.funded",), _of_channel)
    explain_by(("recovery.reduced",), _of_reduction)
    explain_by(("recovery.received",), _of_paid_back)
    explain_by(("entry.reversed",), _of_entry)


def _of_ids(session: Session, entry: LedgerEntry) -> Sequence[Origin]:
    """Look up every id in the event's; a statement's entry names its lines, a payment's its file."""
    found: list[Origin] = []
    statement: BankStatement | None = None
    file: BankFile | None = None
    word = ""
    for part in entry.event_id.split(":"):
        thing_id = _uuid(part)
        if thing_id is None:
            # Behind the side may stand the value date.
            word = word or part
        elif statement is None and (kept := session.get(BankStatement, thing_id)) is not None:
            statement = kept
        elif (sent := session.get(BankFile, thing_id)) is not None:
            file = sent
        else:
            found += _of_id(session, thing_id)
    if statement is not None and file is None and entry.event_type in _ASSIGNED:
        return [*found, *_of_payment(session, int(word))]
    if statement is not None:
        return [*found, *_of_statement(session, entry, statement, file, word)]
    if file is not None:
        return [*found, *_file(session, file)]
    if entry.event_type == "receipt.assigned":
        return [*found, *_of_assigned(session, entry)]
    if entry.event_type == "receipt.written_off":
        return [*found, *_of_written_off(session, entry)]
    number = entry.event_id.partition(":")[0]
    if number.isascii() and number.isdecimal():
        found += _of_payment(session, int(number))
    return found


def _of_id(session: Session, thing_id: UUID) -> list[Origin]:
    inbound = session.get(InboundFile, thing_id)
    if inbound is not None:
        return _of_reply(session, inbound)
    recall = session.get(Recall, thing_id)
    if recall is not None:
        asked = Origin("recall", recall.reference, f"/dispatch/recalls/{recall.id}")
        return [asked, *_file(session, session.get_one(BankFile, recall.bank_file_id))]
    batch = session.get(Batch, thing_id)
    if batch is not None:
        return [_batch(batch)]
    return _case(session.get(RecoveryCase, thing_id))


def _of_reply(session: Session, inbound: InboundFile) -> list[Origin]:
    first, last = session.execute(
        select(func.min(ReplyLine.line), func.max(ReplyLine.line)).where(
            ReplyLine.inbound_file_id == inbound.id, ReplyLine.outcome == "moved"
        )
    ).one()
    lines = "" if first is None else str(first) if first == last else f"{first}–{last}"
    file = session.get(BankFile, inbound.bank_file_id) if inbound.bank_file_id else None
    return [_inbound(inbound, "reply", lines), *(_file(session, file) if file else [])]


def _of_statement(
    session: Session,
    entry: LedgerEntry,
    statement: BankStatement,
    file: BankFile | None,
    word: str,
) -> list[Origin]:
    """The lines behind an entry: one by its place, or all of one kind and side."""
    which = [StatementLine.statement_id == statement.id]
    matched = _MATCHED.get(entry.event_type)
    if matched:
        which.append(StatementLine.matched == matched)
    if word in {"credits", "debits"}:
        credit = word == "credits"
        which.append(StatementLine.signed_fen > 0 if credit else StatementLine.signed_fen < 0)
        which.append(StatementLine.value_on.is_not_distinct_from(entry.value_on))
    elif word[:1].isdecimal():
        which.append(StatementLine.ordinal == word)
    if file is not None:
        which.append(
            StatementLine.payment_id.in_(select(Payment.id).where(Payment.bank_file_id == file.id))
        )
    lines = session.scalars(
        select(StatementLine).where(*which).order_by(StatementLine.id).limit(_LINES_MAX)
    )
    found = []
    files = {file.id: file} if file else {}
    for line in lines:
        found.append(_movement(session, line))
        if line.payment_id is not None:
            found.append(_payment(session, session.get_one(Payment, line.payment_id)))
        named = session.scalars(
            select(BankFile).where(BankFile.file_reference == line.file_reference)
        ).first()
        if named is not None:
            files[named.id] = named
    for one in files.values():
        found += _file(session, one)
    return found


_ASSIGNED = ("payment.returned", "return.settled_first")
"""Of no file: two officers said which payment a receipt gives back, and the event names it."""
_MATCHED = {
    "statement.debited": "file",
    "statement.returned": "return",
    "statement.unidentified": "unidentified",
    "statement.return_undone": "return_undone",
    "payment.returned": "return",
    "return.undone": "return_undone",
    "return.settled_first": "return",
}


def _of_payment(session: Session, number: int) -> list[Origin]:
    payment = session.get(Payment, number) if number < 2**63 else None
    if payment is None:
        return []
    lines = session.scalars(
        select(StatementLine)
        .where(StatementLine.payment_id == payment.id)
        .order_by(StatementLine.id)
    )
    file = session.get(BankFile, payment.bank_file_id) if payment.bank_file_id else None
    return [
        _payment(session, payment),
        *(_movement(session, line) for line in lines),
        *(_file(session, file) if file else []),
    ]


def _of_written_off(session: Session, entry: LedgerEntry) -> list[Origin]:
    line = session.get(StatementLine, int(entry.event_id))
    return [_movement(session, line)] if line else []


def _of_assigned(session: Session, entry: LedgerEntry) -> list[Origin]:
    assigned = session.get(ReceiptAssignment, _uuid(entry.event_id))
    if assigned is None:
        return []
    line = session.get_one(StatementLine, assigned.statement_line_id)
    payments = [_payment(session, one) for one in parts(session, assigned)]
    return [_movement(session, line), *payments]


def _of_appropriation(_session: Session, entry: LedgerEntry) -> Sequence[Origin]:
    programme, year, *_ = [*entry.event_id.split(":"), "", ""]
    return [Origin("appropriation", f"{programme} {year}", "/ledger")]


def _of_reduction(session: Session, entry: LedgerEntry) -> Sequence[Origin]:
    less = session.get(RecoveryReduction, int(entry.event_id))
    item = session.get(RecoveryItem, less.item_id) if less else None
    return _case(session.get(RecoveryCase, item.case_id)) if item else []


def _of_paid_back(session: Session, entry: LedgerEntry) -> Sequence[Origin]:
    back = session.get(RecoveryReceipt, int(entry.event_id))
    return _case(session.get(RecoveryCase, back.case_id)) if back else []


def _case(case: RecoveryCase | None) -> list[Origin]:
    return [Origin("recovery", case.case_no, f"/recoveries/{case.case_no}")] if case else []


def _of_channel(session: Session, entry: LedgerEntry) -> Sequence[Origin]:
    bank = session.scalars(select(BankChannel).where(BankChannel.code == entry.event_id)).first()
    return [Origin("channel", bank.name)] if bank else []


def _of_entry(session: Session, entry: LedgerEntry) -> Sequence[Origin]:
    old = session.get(LedgerEntry, entry.reverses_id) if entry.reverses_id else None
    return [Origin("entry", str(old.number), f"/ledger/entries/{old.id}")] if old else []


def _movement(session: Session, line: StatementLine) -> Origin:
    statement = session.get_one(BankStatement, line.statement_id)
    inbound = session.get_one(InboundFile, statement.inbound_file_id)
    return _inbound(inbound, "statement_line", line.ordinal)


def _payment(session: Session, payment: Payment) -> Origin:
    batch = session.get(Batch, payment.batch_id) if payment.batch_id else None
    href = f"/batches/{batch.batch_no}/lines/{payment.reference}" if batch else ""
    return Origin("payment", payment.reference, href)


def _file(session: Session, file: BankFile) -> list[Origin]:
    batch = session.get_one(Batch, file.batch_id)
    return [Origin("bank_file", file.file_name, f"/dispatch/{file.id}"), _batch(batch)]


def _batch(batch: Batch) -> Origin:
    return Origin("batch", batch.batch_no, f"/batches/{batch.batch_no}")


def _inbound(inbound: InboundFile, kind: str, line: str) -> Origin:
    return Origin(kind, inbound.file_name, f"/reconciliation/files/{inbound.id}", line)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
