"""What a payment hangs together with, each with its page: list, files, answers, recalls, receipts, ledger.

Only what the viewer may open is linked; the pages check by themselves once more.
"""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.dispatch.recall.models import Recall, RecallLine
from service.ledger.models import LedgerEntry
from service.reconciliation import words
from service.reconciliation.corrections.models import CorrectionFile, CorrectionRow
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.reconciliation.receipts.models import ReceiptAssignment, ReceiptPart
from service.reconciliation.replaced import replaced
from service.web.here import visit
from service.web.language import gettext
from service.web.view_models import Link

_EACH_MAX = 20
_BEFORE_FILES = ("draft", "returned", "frozen", "noticed", "approved")
"""States of a batch in which nothing is written for a bank yet, or all of it was taken back."""
FAILED = ("rejected", "returned")
_REPLIES = ("reply.paid", "reply.rejected")
_RETURNS = ("payment.returned", "return.settled_first", "statement.returned")


def around(session: Session, payment_id: int | None) -> list[Link]:
    """Return the pages around one payment, in the order in which its money went."""
    payment = session.get(Payment, payment_id) if payment_id is not None else None
    return list(dict.fromkeys(_around(session, payment))) if payment is not None else []


def of_line(session: Session, payment: Payment) -> list[Link]:
    """Return the same but the page of the payment's own line, and its open exception."""
    own = f"/lines/{payment.reference}"
    found = [one for one in around(session, payment.id) if not one.href.endswith(own)]
    if payment.state in FAILED and _may("reconciliation.read"):
        home = f"/reconciliation/exceptions/p{payment.id}"
        found.insert(0, Link(gettext("Open exception of finance"), home))
    return found


def of_batch(session: Session, batch: Batch) -> list[Link]:
    """Return the bank files of a batch, the banks' answers to them, and their recalls."""
    if batch.state in _BEFORE_FILES:
        return []
    files = session.scalars(
        select(BankFile).where(BankFile.batch_id == batch.id).order_by(BankFile.file_reference)
    ).all()
    found: list[Link] = []
    for file in files[:_EACH_MAX]:
        found += _sent(file)
        found += _answers(session, InboundFile.bank_file_id == file.id)
        found += _recalls(
            session.scalars(
                select(Recall).where(Recall.bank_file_id == file.id).order_by(Recall.number)
            )
        )
    return list(dict.fromkeys(found))


def of_file(session: Session, file: BankFile) -> list[Link]:
    """Return the banks' answers to a file, and the ledger's entries that those answers made."""
    found = list(_answers(session, InboundFile.bank_file_id == file.id))
    if found and _may("ledger.read"):
        answers = session.scalars(
            select(InboundFile.id).where(InboundFile.bank_file_id == file.id).limit(_EACH_MAX)
        )
        found += _written(
            session, LedgerEntry.event_id.in_([f"{one}:{file.id}" for one in answers])
        )
    return found


def of_inbound(session: Session, inbound: InboundFile) -> list[Link]:
    """Return our file that a bank's file answers, its batch, and the ledger's entries it made."""
    file = session.get(BankFile, inbound.bank_file_id) if inbound.bank_file_id else None
    if file is None:
        return []
    batch = session.get_one(Batch, file.batch_id)
    found = [
        *_sent(file),
        Link(
            gettext("Batch %(number)s") % {"number": batch.batch_no}, f"/batches/{batch.batch_no}"
        ),
    ]
    if _may("ledger.read"):
        found += _written(session, LedgerEntry.event_id == f"{inbound.id}:{file.id}")
    return found


def of_exception(kind: str, thing: int | UUID, amount_fen: int) -> list[Link]:
    """Return the page on which an exception is settled; of a failed payment that is the re-issue."""
    if kind == "failed":
        return [
            Link(gettext("Failed payments and issuing again"), "/reconciliation/failed"),
            Link(gettext("Corrections by workbook"), "/account-corrections"),
        ]
    if kind == "line":
        return [Link(gettext("Settle this line"), f"/reconciliation/lines/{thing}")]
    if kind == "receipt" and amount_fen > 0:
        return [
            Link(gettext("Say whose money it is"), f"/reconciliation/receipts/{thing}"),
            Link(gettext("Write it off by two people"), "/reconciliation/asks"),
        ]
    if kind == "receipt":
        return [Link(gettext("Write it off by two people"), "/reconciliation/asks")]
    if kind == "file":
        return [Link(gettext("The file and its faults"), f"/reconciliation/files/{thing}")]
    return [Link(gettext("The recall"), f"/dispatch/recalls/{thing}")]


def _around(session: Session, payment: Payment) -> Iterator[Link]:
    yield from _lines(session, payment)
    file = session.get(BankFile, payment.bank_file_id) if payment.bank_file_id else None
    if file is not None:
        yield from _sent(file)
    if not _may("reconciliation.read"):
        return
    yield from _reply_lines(session, payment, file)
    yield from _statement_lines(session, payment)
    yield from _recalls(
        session.scalars(
            select(Recall)
            .join(RecallLine, RecallLine.recall_id == Recall.id)
            .where(RecallLine.payment_id == payment.id)
            .order_by(Recall.number)
        )
    )
    yield from _receipts(session, payment)
    yield from _corrections(session, payment)
    if _may("ledger.read"):
        yield from _entries(session, payment, file)


def _may(act: str) -> bool:
    viewer = visit().viewer
    return bool(viewer and viewer.may(act))


def _lines(session: Session, payment: Payment) -> Iterator[Link]:
    """The payment's own line, the one that it pays again, and the one that pays it again."""
    linked = [
        (gettext("Line %(reference)s of list %(batch)s"), Payment.id == payment.id),
        (gettext("Pays again %(reference)s of list %(batch)s"), Payment.id == payment.replaces_id),
        (
            gettext("Paid again as %(reference)s in list %(batch)s"),
            Payment.replaces_id == payment.id,
        ),
    ]
    for said, which in linked:
        rows = session.execute(
            select(Payment, Batch.batch_no)
            .join(Batch, Batch.id == Payment.batch_id)
            .where(which)
            .order_by(Payment.id)
            .limit(_EACH_MAX)
        )
        for one, batch_no in rows:
            text = said % {"reference": one.reference, "batch": batch_no}
            yield Link(text, f"/batches/{batch_no}/lines/{one.reference}")


def _sent(file: BankFile) -> Iterator[Link]:
    if _may("dispatch.read"):
        yield Link(gettext("Bank file %(name)s") % {"name": file.file_name}, f"/dispatch/{file.id}")


def _answers(session: Session, which: ColumnElement[bool]) -> Iterator[Link]:
    if not _may("reconciliation.read"):
        return
    files = session.scalars(
        select(InboundFile).where(which).order_by(InboundFile.received_at).limit(_EACH_MAX)
    )
    for one in files:
        yield Link(
            gettext("Answer %(name)s") % {"name": one.file_name}, f"/reconciliation/files/{one.id}"
        )


def _reply_lines(session: Session, payment: Payment, file: BankFile | None) -> Iterator[Link]:
    rows = session.execute(
        select(ReplyLine, InboundFile.file_name)
        .join(InboundFile, InboundFile.id == ReplyLine.inbound_file_id)
        .where(ReplyLine.payment_id == payment.id)
        .order_by(ReplyLine.id)
        .limit(_EACH_MAX)
    ).all()
    for line, name in rows:
        said = gettext("Answer %(file)s, line %(line)s: %(said)s") % {
            "file": name, "line": line.line or "—", "said": gettext(words.SAID[line.said]),
        }  # fmt: skip
        is_lying = line.outcome in words.LEFT_LYING
        home = f"lines/{line.id}" if is_lying else f"files/{line.inbound_file_id}"
        yield Link(said, f"/reconciliation/{home}")
    if not rows and file is not None:
        yield from _answers(session, InboundFile.bank_file_id == file.id)


def _statement_lines(session: Session, payment: Payment) -> Iterator[Link]:
    rows = session.execute(
        select(BankStatement.booked_on, BankStatement.inbound_file_id, StatementLine.ordinal)
        .join(StatementLine, StatementLine.statement_id == BankStatement.id)
        .where(StatementLine.payment_id == payment.id, ~replaced())
        .order_by(StatementLine.id)
        .limit(_EACH_MAX)
    )
    for booked_on, inbound_id, ordinal in rows:
        said = gettext("Came back: statement of %(day)s, line %(line)s") % {
            "day": booked_on, "line": ordinal,
        }  # fmt: skip
        yield Link(said, f"/reconciliation/files/{inbound_id}")


def _recalls(found: Iterable[Recall]) -> Iterator[Link]:
    if not _may("dispatch.read"):
        return
    for one in found:
        yield Link(
            gettext("Recall %(reference)s") % {"reference": one.reference},
            f"/dispatch/recalls/{one.id}",
        )


def _receipts(session: Session, payment: Payment) -> Iterator[Link]:
    lines = session.scalars(
        select(ReceiptAssignment.statement_line_id)
        .join(ReceiptPart, ReceiptPart.assignment_id == ReceiptAssignment.id)
        .where(ReceiptPart.payment_id == payment.id, ReceiptAssignment.state != "withdrawn")
        .order_by(ReceiptAssignment.asked_at)
        .limit(_EACH_MAX)
    )
    for line_id in lines:
        yield Link(
            gettext("Receipt %(number)s that it came back in") % {"number": line_id},
            f"/reconciliation/receipts/{line_id}",
        )


def _corrections(session: Session, payment: Payment) -> Iterator[Link]:
    if not _may("accounts.request"):
        return
    rows = session.execute(
        select(CorrectionRow.id, CorrectionRow.row_no, CorrectionFile)
        .join(CorrectionFile, CorrectionFile.id == CorrectionRow.file_id)
        .where(CorrectionRow.payment_id == payment.id)
        .order_by(CorrectionFile.imported_at, CorrectionRow.id)
        .limit(_EACH_MAX)
    )
    for row_id, row_no, file in rows:
        said = gettext("Correction: %(file)s, row %(row)s") % {
            "file": file.file_name,
            "row": row_no,
        }
        yield Link(said, f"/account-corrections/{file.id}/rows/{row_id}")


def _entries(session: Session, payment: Payment, file: BankFile | None) -> Iterator[Link]:
    yield from _written(session, entries_of(session, payment, file))


def entries_of(session: Session, payment: Payment, file: BankFile | None) -> ColumnElement[bool]:
    """Select the ledger's entries whose events are made of this payment, its file, or what answered it."""
    statements = select(StatementLine.statement_id).where(StatementLine.payment_id == payment.id)
    returned = [str(one) for one in session.scalars(statements)]
    own = [str(payment.id), *(f"{one}:{payment.id}" for one in returned)]
    which = [LedgerEntry.event_id.in_(own)]
    assigned = session.scalars(
        select(ReceiptPart.assignment_id).where(ReceiptPart.payment_id == payment.id)
    ).all()
    if assigned:
        which.append(LedgerEntry.event_id.in_([str(one) for one in assigned]))
    if file is not None:
        inbounds = session.scalars(
            select(InboundFile.id).where(
                or_(
                    InboundFile.bank_file_id == file.id,
                    InboundFile.id.in_(
                        select(ReplyLine.inbound_file_id).where(ReplyLine.payment_id == payment.id)
                    ),
                )
            )
        ).all()
        which.append(LedgerEntry.event_id.in_([f"{one}:{file.id}" for one in inbounds]))
        befores = ("paid", "sent", "unknown", "rejected")
        came_back = [f"{one}:{file.id}:{before}" for one in returned for before in befores]
        which.append(LedgerEntry.event_id.in_(came_back))
    return or_(*which)


def _written(session: Session, which: ColumnElement[bool]) -> Iterator[Link]:
    events = (*_REPLIES, *_RETURNS, "payment.paid_late", "receipt.assigned")
    entries = session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.event_type.in_(events), which)
        .order_by(LedgerEntry.number)
        .limit(_EACH_MAX)
    )
    for entry in entries:
        yield Link(
            gettext("Ledger entry %(number)s of %(day)s")
            % {"number": entry.number, "day": entry.booked_on},
            f"/ledger/entries/{entry.id}",
        )
