"""Take a bank's answer: believe it whole, match its lines in sets, move and post in this transaction."""

from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bank_adapters import Reply
from bank_adapters.assign import assign
from bank_adapters.recognise import Message
from service.audit.actor import Actor
from service.audit.moves import move
from service.batches import queries as batch_queries
from service.batches.models import Batch, Payment
from service.dispatch import queries as dispatch_queries
from service.dispatch.heard import note_heard
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.dispatch.sent_lines import sent_lines
from service.foundation.money import yuan
from service.ledger.models import BankChannel
from service.reconciliation.acknowledgements import acknowledge, faults_of, stop_sending
from service.reconciliation.cancellations.after import after_reply
from service.reconciliation.keep import (
    Again,
    Judgement,
    fault_of,
    keep,
    our_fault,
    same_id,
    same_id_fault,
)
from service.reconciliation.match import match
from service.reconciliation.models import InboundFile
from service.reconciliation.settle import Silence, settle
from service.reconciliation.staging import Staged, stage_lines
from service.reconciliation.versions import read_as_sent

_NOT_SENT = ("prepared", "withdrawn")
_SPOKEN_OF = text(
    """
    SELECT p.bank_file_id
    FROM (
        SELECT number AS payment_id FROM staged_lines WHERE number IS NOT NULL
        UNION
        SELECT e.payment_id
        FROM staged_lines s JOIN reply_lines e ON e.bank_reference = s.bank_reference
        WHERE s.number IS NULL AND s.bank_reference <> '' AND e.payment_id IS NOT NULL
    ) told
    JOIN payments p ON p.id = told.payment_id
    JOIN bank_files f ON f.id = p.bank_file_id
    WHERE f.channel_id = :channel AND f.state NOT IN ('prepared', 'withdrawn')
    GROUP BY p.bank_file_id
    """
)
_FINAL = text(
    "SELECT bank_file_id, count(*) FILTER (WHERE said IN ('paid', 'rejected')) > 0 AS final "
    "FROM judged_lines WHERE payment_id IS NOT NULL GROUP BY bank_file_id"
)


_ANSWERED_UNSENT = our_fault(
    "answered_unsent",
    "The bank answers a file that we had not sent yet. It is not sent any more; find out who handed it "
    "over before anything else is done.",
    "银行答复了我方尚未发送的文件。该文件已停止发送，请先查明由何人送达。",
)


def take_reply(
    session: Session,
    channel: BankChannel,
    name: str,
    content: bytes,
    message: Message | None,
    *,
    by: Actor,
    again: Again | None = None,
) -> InboundFile:
    """Read an answer completely, then move its payments and post its money.

    One that cannot be believed as a whole – truncated, wrong totals, about a file we do not know,
    under an id that the bank used before – is kept in quarantine with every fault and moves nothing.
    ``again`` is one that was kept so and is taken after all; raises StillQuarantined.
    """
    answer = read_as_sent(session, channel, name, content, message)
    reply = answer.reply
    file = _file_of(session, channel, reply)
    note_heard(session, channel, file, name)
    if (
        message is None
        and file is not None
        and any(not record.reference for record in reply.records)
    ):
        # This bank's table has no column for our reference: the lines that were sent know it.
        reply = assign(reply, sent_lines(session, file))
    faults = [fault_of(fault) for fault in reply.faults]
    if not answer.is_notice:
        if file is not None and reply.believable and file.state == "prepared":
            unsent = not stop_sending(session, file, by=by)
            faults += [_ANSWERED_UNSENT] if unsent and file.state == "unknown" else []
        faults += _our_faults(reply, file)
    kind = message.value if message else ""
    earlier = same_id(session, channel, kind, reply.message_id) if reply.believable else None
    if earlier is not None:
        faults.append(same_id_fault(earlier))
    judgement = Judgement("reply", faults, kind, reply.message_id, earlier)
    inbound = keep(session, channel, name, content, judgement, by=by, again=again)
    if inbound.state == "quarantined":
        return inbound
    staged = stage_lines(session, reply.records)
    silence = Silence(
        reply.silence_means, reply.silence_code, reply.silence_reason, counts=answer.silence_counts
    )
    del answer, reply
    files = [file] if file is not None else _spoken_of(session, channel)
    if file is not None:
        inbound.bank_file_id = file.id
    _apply(session, inbound, channel, files, staged, silence, by)
    if file is not None and file.state == "delivered" and silence.code:
        acknowledge(session, file, inbound, silence.code, by=by)
    return inbound


def _apply(
    session: Session,
    inbound: InboundFile,
    channel: BankChannel,
    files: list[BankFile],
    staged: Staged,
    silence: Silence,
    by: Actor,
) -> None:
    # Batches before the books, as at the sending: two banks' answers about one batch take turns.
    batches = {
        number: batch_queries.locked(session, number)
        for number in sorted({file.batch_id for file in files})
    }
    for file in files:
        _believe_delivered(session, file, by)
    match(session, channel.id, [file.id for file in files], staged, inbound.id)
    final: dict[UUID, bool] = {row.bank_file_id: row.final for row in session.execute(_FINAL)}
    for file in files:
        is_final = final.get(file.id, False) or silence.speaks
        own = silence if is_final else silence.saying_nothing()
        settle(session, inbound, file, channel, own, by=by)
        after_reply(session, inbound, file, by=by)
        if is_final and (silence.counts or not _open(session, file)):
            _answered(session, file, batches[file.batch_id], by)


def _spoken_of(session: Session, channel: BankChannel) -> list[BankFile]:
    """Return the files that a notice's references lie in, under their locks and in order."""
    found = sorted(session.scalars(_SPOKEN_OF, {"channel": channel.id}))
    return [dispatch_queries.locked(session, number) for number in found]


def _open(session: Session, file: BankFile) -> bool:
    return (
        session.scalars(
            select(Payment.id)
            .where(Payment.bank_file_id == file.id, Payment.state.in_(("sent", "unknown")))
            .limit(1)
        ).first()
        is not None
    )


def _file_of(session: Session, channel: BankChannel, reply: Reply) -> BankFile | None:
    if not reply.file_reference:
        return None
    file = session.scalars(
        select(BankFile).where(
            BankFile.file_reference == reply.file_reference, BankFile.channel_id == channel.id
        )
    ).first()
    return None if file is None else dispatch_queries.locked(session, file.id)


def _our_faults(reply: Reply, file: BankFile | None) -> list[dict[str, Any]]:
    if not reply.believable:
        return []
    if file is None or file.state in _NOT_SENT:
        return [
            our_fault(
                "file_unknown",
                "This reply is about a file that we did not send to this bank.",
                "该回盘所对应的文件并非我方发往该行的文件。",
            )
        ]
    totals, faults = reply.totals, faults_of(reply)
    if totals.stated_count is not None and totals.stated_count != file.count:
        faults.append(
            our_fault(
                "count_differs",
                f"The reply speaks of {totals.stated_count} payments; {file.count} were sent.",
                f"回盘总笔数为 {totals.stated_count}，发送笔数为 {file.count}。",
            )
        )
    if totals.stated_fen is not None and totals.stated_fen != file.amount_fen:
        faults.append(
            our_fault(
                "total_differs",
                f"The reply speaks of {yuan(totals.stated_fen)} yuan; {yuan(file.amount_fen)} were sent.",
                f"回盘总金额为 {yuan(totals.stated_fen)} 元，发送金额为 {yuan(file.amount_fen)} 元。",
            )
        )
    return faults


def _believe_delivered(session: Session, file: BankFile, by: Actor) -> None:
    """A reply proves that the file arrived, whatever we know of the hand-over."""
    if file.state == "sending":
        move(session, file, "delivered", by=by, details={"seen": "reply"})
        mark_sent(session, file)
    elif file.state == "unknown":
        move(session, file, "delivered", by=by, details={"seen": "reply"})


def _answered(session: Session, file: BankFile, batch: Batch, by: Actor) -> None:
    if file.state == "delivered":
        move(session, file, "answered", by=by)
    files = dispatch_queries.of_batch(session, batch)
    if batch.state == "sent" and all(one.state == "answered" for one in files):
        move(session, batch, "answered", by=by)
