"""What the trail has no entry of its own for: holds of a line, a bank's word on it, and the ledger."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.batches.history import officer_names
from service.batches.models import PaymentHold
from service.batches.words import hold_label, hold_sentence
from service.ledger import words as ledger_words
from service.ledger.models import LedgerEntry
from service.oversight.timeline.happening import Happening
from service.oversight.timeline.scope import Scope
from service.oversight.timeline.trail import said_in
from service.oversight.words.things import uuids
from service.reconciliation import words
from service.reconciliation.links import entries_of
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.web.filters import day, yuan
from service.web.language import gettext
from service.web.view_models import Tone

_EACH_MAX = 500
_SAYS = {"reply.paid": "paid", "reply.rejected": "rejected"}
"""Entries that an answer makes for those of its payments of which it says so."""
_TONES: dict[str, Tone] = {"paid": "ok", "rejected": "bad", "returned": "bad", "unknown": "warn"}


def holds(session: Session, scope: Scope) -> Iterator[Happening]:
    """Yield what screening held each payment for, and how each hold ended."""
    pages = {one.id: f"/batches/{scope.batch_of(one).batch_no}/lines/{one.reference}"
             for one in scope.payments}  # fmt: skip
    found = session.scalars(
        select(PaymentHold).where(PaymentHold.payment_id.in_(list(pages))).order_by(PaymentHold.id)
    ).all()
    named = officer_names(session, uuids(one.cleared_by or "" for one in found))
    for one in found:
        said, href = hold_label(one.control), pages[one.payment_id]
        yield Happening(
            one.found_at,
            "screening",
            gettext("Held: %(hold)s") % {"hold": said},
            note=hold_sentence(one.control),
            href=href,
            tone="warn",
        )
        if one.cleared_at is not None:
            by_data = gettext("corrected data")
            yield Happening(
                one.cleared_at,
                "screening",
                gettext("No longer held: %(hold)s") % {"hold": said},
                who=named.get(one.cleared_by or "", by_data),
                note=one.cleared_reason or "",
                href=href,
            )


def bank_lines(session: Session, scope: Scope) -> Iterator[Happening]:
    """Yield what lines of banks' answers and statements said of each payment."""
    numbers = [one.id for one in scope.payments]
    replies = session.execute(
        select(ReplyLine, InboundFile)
        .join(InboundFile, InboundFile.id == ReplyLine.inbound_file_id)
        .where(ReplyLine.payment_id.in_(numbers))
        .order_by(ReplyLine.id)
        .limit(_EACH_MAX)
    )
    for line, file in replies:
        said = gettext("The bank's answer says: %(said)s (%(file)s, line %(line)s)")
        yield Happening(
            file.received_at,
            "answer",
            said % {"said": gettext(words.SAID[line.said]), "file": file.file_name,
                    "line": line.line or "—"},
            note=" ".join(filter(None, (line.code, line.reason))),
            href=f"/reconciliation/files/{file.id}",
            tone=_TONES.get(line.said, ""),
        )  # fmt: skip
    movements = session.execute(
        select(StatementLine, BankStatement.booked_on, InboundFile)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(InboundFile, InboundFile.id == BankStatement.inbound_file_id)
        .where(StatementLine.payment_id.in_(numbers))
        .order_by(StatementLine.id)
        .limit(_EACH_MAX)
    )
    for movement, booked_on, statement in movements:
        said = gettext("On the statement of %(day)s, line %(line)s: %(amount)s yuan")
        yield Happening(
            statement.received_at,
            "statement",
            said
            % {
                "day": day(booked_on),
                "line": movement.ordinal,
                "amount": yuan(movement.signed_fen),
            },
            note=movement.reason_code,
            href=f"/reconciliation/files/{statement.id}",
        )


def booked(session: Session, scope: Scope) -> Iterator[Happening]:
    """Yield the ledger's entries about the payments of a scope, its lists and its files."""
    which = [_committed(scope), LedgerEntry.event_id.in_([str(one.id) for one in scope.files])]
    files = {one.id: one for one in scope.files}
    for payment in scope.payments:
        file = files.get(payment.bank_file_id) if payment.bank_file_id else None
        which.append(entries_of(session, payment, file))
    if not scope.payments:
        which.append(_answered(session, scope))
    found = session.scalars(
        select(LedgerEntry).where(or_(*which)).order_by(LedgerEntry.number).limit(_EACH_MAX)
    )
    said = said_in(session, scope)
    for one in found:
        told = said.get(one.event_id.partition(":")[0])
        if told is not None and _SAYS.get(one.event_type, "") not in {"", *told}:
            continue
        yield Happening(
            one.at,
            "ledger",
            gettext("Ledger %(number)s: %(event)s")
            % {"number": one.number, "event": ledger_words.event(one.event_type)},
            note=gettext("booked on %(day)s") % {"day": day(one.booked_on)},
            href=f"/ledger/entries/{one.id}",
        )


def _committed(scope: Scope) -> ColumnElement[bool]:
    rounds = [f"{one.id}:{number}" for one in scope.batches for number in range(1, one.round + 1)]
    events = ("batch.committed", "batch.recommitted", "batch.released")
    return and_(LedgerEntry.event_type.in_(events), LedgerEntry.event_id.in_(rounds))


def _answered(session: Session, scope: Scope) -> ColumnElement[bool]:
    rows = session.execute(
        select(InboundFile.id, InboundFile.bank_file_id)
        .where(InboundFile.bank_file_id.in_([one.id for one in scope.files]))
        .limit(_EACH_MAX)
    )
    return LedgerEntry.event_id.in_([f"{answer}:{file}" for answer, file in rows])
