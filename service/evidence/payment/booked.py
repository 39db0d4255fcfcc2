"""The ledger's entries whose events are made of this payment, its list, its file or what answered it."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service.batches.recoveries.models import RecoveryItem, RecoveryReceipt, RecoveryReduction
from service.evidence.payment.at_bank import ids_of_answers
from service.evidence.payment.linked import cases_of
from service.evidence.payment.subject import Subject
from service.evidence.said import at
from service.ledger.models import LedgerAccount, LedgerEntry, LedgerPosting
from service.reconciliation.models import BankStatement, StatementLine
from service.reconciliation.receipts.models import ReceiptPart
from service.reconciliation.replaced import replaced


def booked(session: Session, about: Subject) -> list[dict[str, Any]]:
    """Return the entries with both sides in fen, debits positive, in the order of posting.

    The money of a list moves as one: an entry of it has the sums of all its lines, and says nothing
    about any of them.
    """
    return entries_said(session, or_(*_which(session, about)))


def entries_said(session: Session, which: ColumnElement[bool]) -> list[dict[str, Any]]:
    """Return those entries that ``which`` selects, as JSON has them."""
    found = session.scalars(select(LedgerEntry).where(which).order_by(LedgerEntry.number)).all()
    sides = _sides(session, [one.id for one in found])
    return [
        {
            "number": one.number,
            "event": one.event_type,
            "booked_on": at(one.booked_on),
            "value_on": at(one.value_on),
            "at": at(one.at),
            "reason": one.reason,
            "postings": sides[one.id],
        }
        for one in found
    ]


def _which(session: Session, about: Subject) -> list[ColumnElement[bool]]:
    number, batch, file = about.payment.id, about.batch, about.file
    exact = {str(number)}
    which = [LedgerEntry.event_id.startswith(f"{batch.id}:")]
    which.append(LedgerEntry.event_id.startswith(f"{number}:"))
    statements = session.execute(
        select(StatementLine.statement_id, StatementLine.matched)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .where(StatementLine.payment_id == number, ~replaced())
    ).all()
    for statement, matched in statements:
        exact |= {f"{statement}:{number}"}
        side = "credits" if matched == "return" else "debits"
        event = {"return": "statement.returned", "return_undone": "statement.return_undone"}
        if matched in event:
            which.append(
                (LedgerEntry.event_type == event[matched])
                & LedgerEntry.event_id.startswith(f"{statement}:{side}")
            )
        if file is not None:
            which.append(LedgerEntry.event_id.startswith(f"{statement}:{file.id}"))
    if file is not None:
        exact.add(str(file.id))
        exact |= {f"{one}:{file.id}" for one in ids_of_answers(session, about)}
        debited = session.scalars(
            select(StatementLine.statement_id)
            .join(BankStatement, BankStatement.id == StatementLine.statement_id)
            .where(
                StatementLine.matched == "file",
                StatementLine.file_reference == file.file_reference,
                ~replaced(),
            )
        )
        which.extend(
            (LedgerEntry.event_type == "statement.debited")
            & LedgerEntry.event_id.startswith(f"{statement}:debits")
            for statement in debited
        )
    assigned = session.scalars(
        select(ReceiptPart.assignment_id).where(ReceiptPart.payment_id == number)
    )
    exact |= {str(one) for one in assigned}
    return [LedgerEntry.event_id.in_(sorted(exact)), *which, *_recoveries(session, about)]


def _recoveries(session: Session, about: Subject) -> list[ColumnElement[bool]]:
    which: list[ColumnElement[bool]] = []
    for case in cases_of(session, about.payment):
        which.append(LedgerEntry.event_id == str(case.id))
        which.append(LedgerEntry.event_id.startswith(f"{case.id}:"))
        reduced = session.scalars(
            select(RecoveryReduction.id)
            .join(RecoveryItem, RecoveryItem.id == RecoveryReduction.item_id)
            .where(RecoveryItem.case_id == case.id)
        )
        received = session.scalars(
            select(RecoveryReceipt.id).where(RecoveryReceipt.case_id == case.id)
        )
        for event, ids in (("recovery.reduced", reduced), ("recovery.received", received)):
            which.append(
                (LedgerEntry.event_type == event)
                & LedgerEntry.event_id.in_([str(one) for one in ids])
            )
    return which


def _sides(session: Session, entries: list[UUID]) -> dict[UUID, list[dict[str, Any]]]:
    rows = session.execute(
        select(LedgerPosting.entry_id, LedgerAccount.code, LedgerPosting.amount_fen)
        .join(LedgerAccount, LedgerAccount.id == LedgerPosting.account_id)
        .where(LedgerPosting.entry_id.in_(entries))
        .order_by(LedgerPosting.id)
    )
    found: dict[UUID, list[dict[str, Any]]] = {one: [] for one in entries}
    for entry, code, fen in rows:
        found[entry].append({"account": code, "fen": fen})
    return found
