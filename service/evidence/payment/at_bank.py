"""The bank's side: the file with this line, what the bank answered, and its statements' lines about it."""

import base64
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service.dispatch.models import BankFile
from service.dispatch.queries import content
from service.dispatch.recall.models import Recall, RecallLine
from service.evidence.payment.line_bytes import Cut, cut
from service.evidence.payment.signed import signed_file
from service.evidence.payment.steps import Names
from service.evidence.payment.subject import Subject
from service.evidence.said import at
from service.foundation.encryption import sealer
from service.ledger.models import BankChannel
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.reconciliation.receipts.models import ReplyLineResolution
from service.reconciliation.replaced import replaced

Files = list[tuple[str, bytes]]


def sent(session: Session, about: Subject) -> tuple[dict[str, Any], Files]:
    """Return the bank files that carry the line, the signed one first, and this line's bytes if shown."""
    signed, found, shown = signed_file(session, about), [], []
    going = [one for one in (signed, about.file) if one is not None]
    for number, file in enumerate(dict.fromkeys(going), 1):
        channel = session.get_one(BankChannel, file.channel_id)
        said, line = _line(content(file), about.payment.reference, f"bank/line-{number}.bin", about)
        found.append({**file_said(file, channel), "line": said})
        shown += line
    return {"files": found}, shown


def answered(session: Session, about: Subject, names: Names) -> tuple[dict[str, Any], Files]:
    """Return what banks said about the payment: lines of replies and of statements, and recalls of it."""
    shown: Files = []
    replies = []
    rows = session.execute(
        select(ReplyLine, InboundFile, ReplyLineResolution)
        .join(InboundFile, InboundFile.id == ReplyLine.inbound_file_id)
        .outerjoin(ReplyLineResolution, ReplyLineResolution.reply_line_id == ReplyLine.id)
        .where(ReplyLine.payment_id == about.payment.id)
        .order_by(ReplyLine.id)
    )
    for number, (line, inbound, resolved) in enumerate(rows, 1):
        said, part = _line(_bytes(inbound), line.reference, f"bank/reply-{number}.bin", about)
        shown += part
        replies.append(
            {
                "file": inbound_said(inbound),
                "line": line.line,
                "said": line.said,
                "outcome": line.outcome,
                "amount_fen": line.amount_fen,
                "code": line.code,
                "reason": line.reason,
                "matched_by": line.matched_by,
                "bank_reference": line.bank_reference,
                "bytes": said,
                "resolved": None
                if resolved is None
                else {
                    "act": resolved.act,
                    "reason": resolved.reason,
                    "by": names.of(resolved.officer_id),
                    "at": at(resolved.at),
                },
            }
        )
    statements = list(_statements(session, about, shown))
    recalls = list(_recalls(session, about, names))
    return {"replies": replies, "statements": statements, "recalls": recalls}, shown


def _statements(session: Session, about: Subject, shown: Files) -> Iterator[dict[str, Any]]:
    """Yield the statements' lines about the payment itself, and the debit of the file that carried it."""
    which: list[ColumnElement[bool]] = [StatementLine.payment_id == about.payment.id]
    if about.file is not None:
        which.append(
            (StatementLine.matched == "file")
            & (StatementLine.file_reference == about.file.file_reference)
        )
    rows = session.execute(
        select(StatementLine, BankStatement, InboundFile)
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .join(InboundFile, InboundFile.id == BankStatement.inbound_file_id)
        .where(or_(*which), ~replaced())
        .order_by(StatementLine.id)
    )
    for number, (line, statement, inbound) in enumerate(rows, 1):
        own = line.payment_id == about.payment.id
        said = None
        if own and line.reference:
            name = f"bank/statement-{number}.bin"
            said, part = _line(_bytes(inbound), line.reference, name, about)
            shown += part
        yield {
            "file": inbound_said(inbound),
            "statement_id": statement.statement_id,
            "booked_on": at(statement.booked_on),
            "value_on": at(line.value_on),
            "line": line.ordinal,
            "matched": line.matched,
            "about": "payment" if own else "file",
            "fen": line.signed_fen,
            "reason_code": line.reason_code,
            "bank_reference": line.bank_reference,
            "bytes": said,
        }


def _recalls(session: Session, about: Subject, names: Names) -> Iterator[dict[str, Any]]:
    rows = session.execute(
        select(RecallLine, Recall)
        .join(Recall, Recall.id == RecallLine.recall_id)
        .where(RecallLine.payment_id == about.payment.id)
        .order_by(Recall.asked_at, Recall.id)
    )
    for line, recall in rows:
        yield {
            "reference": recall.reference,
            "reason_code": recall.reason_code,
            "reason": recall.reason,
            "asked_by": names.of(recall.asked_by),
            "agreed_by": names.of(recall.agreed_by),
            "asked_at": at(recall.asked_at),
            "state": line.state,
            "was": line.was,
            "code": line.code,
            "told": line.told,
        }


def file_said(file: BankFile, channel: BankChannel) -> dict[str, Any]:
    """Return a bank file as JSON has it: names, digests, sums and days."""
    return {
        "file_name": file.file_name,
        "file_reference": file.file_reference,
        "bank": channel.name,
        "channel": channel.code,
        "debtor_account": channel.debtor_account,
        "profile": {
            "name": file.profile, "version": file.profile_version, "sha256": file.profile_sha256,
        },
        "state": file.state,
        "sha256": file.sha256,
        "sm3": file.sm3,
        "size_bytes": file.size_bytes,
        "count": file.count,
        "amount_fen": file.amount_fen,
        "execution_date": at(file.execution_date),
        "executes_on": at(file.executes_on),
        "sent_at": at(file.sent_at),
        "stands_for": str(file.stands_for_id) if file.stands_for_id else None,
    }  # fmt: skip


def inbound_said(one: InboundFile) -> dict[str, Any]:
    """Return a file that a bank gave us, by name and digest."""
    return {
        "file_name": one.file_name,
        "sha256": one.sha256,
        "message": one.message,
        "received_at": at(one.received_at),
    }


def _bytes(inbound: InboundFile) -> bytes:
    place = f"inbound_files:content:{inbound.id}"
    return base64.b64decode(sealer().open(inbound.content_sealed, place))


def _line(
    inside: bytes, reference: str, name: str, about: Subject
) -> tuple[dict[str, Any] | None, Files]:
    """Return where the line's bytes stand, and the bytes themselves only for who sees the whole."""
    found: Cut | None = cut(inside, reference) if reference else None
    if found is None:
        return None, []
    said = {"offset": found.offset, "length": len(found.content), "part": found.part}
    if not about.whole:
        return {**said, "file": None}, []
    return {**said, "file": name}, [(name, found.content)]


def ids_of_answers(session: Session, about: Subject) -> list[UUID]:
    """Return the banks' files that answered the line's own file, or said something of the line."""
    which: list[ColumnElement[bool]] = [InboundFile.id.in_(
        select(ReplyLine.inbound_file_id).where(ReplyLine.payment_id == about.payment.id)
    )]  # fmt: skip
    if about.file is not None:
        which.append(InboundFile.bank_file_id == about.file.id)
    return list(session.scalars(select(InboundFile.id).where(or_(*which)).order_by(InboundFile.id)))
