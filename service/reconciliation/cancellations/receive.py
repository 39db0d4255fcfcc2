"""Receive a bank's answer to a request to cancel: believe it whole, match its lines, act on them."""

from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bank_adapters import ReplyRecord, adapter_for
from bank_adapters.cancellation import Answer, meaning, read_answer
from bank_adapters.formats import ReadFile
from bank_adapters.recognise import Message
from service.audit.actor import Actor
from service.audit.moves import move
from service.batches.models import Payment
from service.dispatch import queries as dispatch_queries
from service.dispatch.heard import note_heard
from service.dispatch.models import BankFile
from service.dispatch.recall import queries
from service.dispatch.recall.answer import Said, apply
from service.dispatch.recall.lifecycle import OPEN
from service.dispatch.recall.models import Recall, RecallLine
from service.foundation.ids import number_of
from service.ledger.models import BankChannel
from service.reconciliation.control import keep_control
from service.reconciliation.keep import (
    Judgement,
    fault_of,
    keep,
    our_fault,
    same_id,
    same_id_fault,
)
from service.reconciliation.models import InboundFile, ReplyLine


def take_answer(
    session: Session, channel: BankChannel, name: str, content: bytes, *, by: Actor
) -> InboundFile:
    """Read an answer completely, then act on each of its lines in this transaction.

    One that cannot be believed, is about no file of ours, or answers what we never asked is kept in
    quarantine and moves nothing.
    """
    read = read_answer(adapter_for(channel.profile).profile, content)
    file = _file_of(session, channel, read)
    note_heard(session, channel, file, name)
    recalls = _asked(session, file)
    lines = _lines(session, recalls)
    faults = [fault_of(fault) for fault in read.faults]
    if read.believable:
        faults += _our_faults(read, file, recalls, lines)
    kind = Message.CANCELLATION_ANSWER.value
    earlier = same_id(session, channel, kind, read.message_id) if read.believable else None
    if earlier is not None:
        faults.append(same_id_fault(earlier))
    judgement = Judgement("reply", faults, kind, read.message_id, conflicts_with=earlier)
    inbound = keep(session, channel, name, content, judgement, by=by)
    if judgement.quarantined or file is None:
        return inbound
    inbound.bank_file_id = file.id
    _apply(session, inbound, file, read, recalls, lines, by)
    keep_control(session, file, inbound)
    return inbound


def _file_of(session: Session, channel: BankChannel, read: ReadFile) -> BankFile | None:
    """Return the file that was to be cancelled; banks repeat its reference or the request's own."""
    if not read.file_reference:
        return None
    file_id = session.scalar(
        select(BankFile.id).where(
            BankFile.file_reference == read.file_reference, BankFile.channel_id == channel.id
        )
    )
    if file_id is None:
        recall = queries.by_reference(session, read.file_reference, channel)
        file_id = recall.bank_file_id if recall else None
    return None if file_id is None else dispatch_queries.locked(session, file_id)


def _asked(session: Session, file: BankFile | None) -> list[Recall]:
    """Return the requests about a file that may have reached the bank, the newest first."""
    if file is None:
        return []
    rows = session.scalars(
        select(Recall)
        .where(Recall.bank_file_id == file.id, Recall.state != "prepared")
        .order_by(Recall.number.desc())
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return list(rows)


def _lines(session: Session, recalls: list[Recall]) -> dict[int, tuple[Recall, RecallLine]]:
    """Return {payment id: its newest recall and the line in it}."""
    by_id = {one.id: one for one in recalls}
    found: dict[int, tuple[Recall, RecallLine]] = {}
    rows = session.scalars(select(RecallLine).where(RecallLine.recall_id.in_(by_id)))
    for line in rows:
        recall = by_id[line.recall_id]
        if line.payment_id not in found or found[line.payment_id][0].number < recall.number:
            found[line.payment_id] = recall, line
    return found


def _our_faults(
    read: ReadFile,
    file: BankFile | None,
    recalls: list[Recall],
    lines: dict[int, tuple[Recall, RecallLine]],
) -> list[dict[str, Any]]:
    if file is None:
        return [
            our_fault(
                "file_unknown",
                "This answer is about a file that we did not send to this bank.",
                "该撤销答复所对应的文件并非我方发往该行的文件。",
            )
        ]
    if not recalls:
        return [
            our_fault(
                "recall_unasked",
                "The bank answers a request to cancel that we did not make.",
                "我方未提出过该撤销请求，银行却作出了答复。",
            )
        ]
    open_recalls = {recall.id for recall, line in lines.values() if line.state in OPEN}
    if not read.records and len(open_recalls) > 1:
        return [
            our_fault(
                "recall_ambiguous",
                "The bank names no payment, and more than one recall of this file is open. Ask the "
                "bank which it means and record its answer by hand.",
                "银行未列明付款，而该文件有多个撤销尚未答复，请与银行核实后人工登记。",
            )
        ]
    return []


def _apply(
    session: Session,
    inbound: InboundFile,
    file: BankFile,
    read: ReadFile,
    recalls: list[Recall],
    lines: dict[int, tuple[Recall, RecallLine]],
    by: Actor,
) -> None:
    payments = {
        one.id: one
        for one in session.scalars(select(Payment).where(Payment.bank_file_id == file.id))
    }
    said: dict[int, dict[int, Said]] = {one.number: {} for one in recalls}
    twofold = _twofold(read)
    rows: list[tuple[ReplyRecord, int | None, str]] = []
    for record in read.records:
        number = number_of(record.reference)
        payment = payments.get(number) if number is not None else None
        outcome = _refused(session, record, number, payment, lines)
        if record.reference in twofold and not outcome:
            outcome = "duplicate_conflict"
        if payment is not None and not outcome:
            recall = lines[payment.id][0]
            answer = meaning(record.status, record.state, record.code)
            said[recall.number][payment.id] = Said(answer, record.code, record.reason)
        rows.append((record, payment.id if payment else None, outcome))
    _silence(read, lines, said)
    outcomes: dict[int, str] = {}
    for recall in reversed(recalls):
        if not said[recall.number]:
            continue
        if recall.state in {"sending", "unknown"}:
            move(session, recall, "delivered", by=by, details={"seen": "answer"})
        applied = apply(
            session,
            recall,
            said[recall.number],
            event_id=f"{inbound.id}:{recall.number}",
            by=by,
            on=("inbound_files", inbound.id),
        )
        outcomes |= applied.outcomes
    if rows:
        session.execute(
            insert(ReplyLine),
            [
                {
                    "inbound_file_id": inbound.id,
                    "line": record.line,
                    "reference": record.reference[:40],
                    "payment_id": payment_id,
                    "said": record.state.value,
                    "outcome": outcome or outcomes.get(payment_id or 0, "unchanged"),
                    "amount_fen": record.amount_fen,
                    "code": record.code[:40],
                    "reason": record.reason[:200],
                }
                for record, payment_id, outcome in rows
            ],
        )


def _refused(
    session: Session,
    record: ReplyRecord,
    number: int | None,
    payment: Payment | None,
    lines: dict[int, tuple[Recall, RecallLine]],
) -> str:
    """Return why a line of the answer moves nothing, or ""."""
    if payment is None:
        elsewhere = number is not None and session.get(Payment, number) is not None
        return "wrong_file" if elsewhere else "unknown_reference"
    if record.amount_fen is not None and record.amount_fen != payment.amount_fen:
        return "amount_mismatch"
    return "" if payment.id in lines else "not_asked"


def _twofold(read: ReadFile) -> set[str]:
    """References that one file gives two different answers."""
    first: dict[str, Answer] = {}
    found = set()
    for record in read.records:
        answer = meaning(record.status, record.state, record.code)
        if first.setdefault(record.reference, answer) is not answer:
            found.add(record.reference)
    return found


def _silence(
    read: ReadFile,
    lines: dict[int, tuple[Recall, RecallLine]],
    said: dict[int, dict[int, Said]],
) -> None:
    """What is said of the whole request counts for its payments when none is named."""
    answer = meaning(read.silence_status, read.silence_means)
    if read.records or answer is Answer.OPEN:
        return
    for payment_id, (recall, line) in lines.items():
        if line.state in OPEN:
            said[recall.number][payment_id] = Said(answer, read.silence_status)
