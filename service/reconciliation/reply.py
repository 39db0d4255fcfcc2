"""Receive a bank's reply to one of our files: believe it whole, match its lines, move and post."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bank_adapters import Reply, adapter_for
from bank_adapters.assign import assign
from service.audit.actor import Actor
from service.audit.moves import move
from service.batches import queries as batch_queries
from service.batches.models import Batch
from service.dispatch import queries as dispatch_queries
from service.dispatch.models import BankFile
from service.dispatch.sent import mark_sent
from service.dispatch.sent_lines import sent_lines
from service.foundation.money import yuan
from service.ledger.models import BankChannel
from service.reconciliation.keep import fault_of, keep, our_fault, seen_before
from service.reconciliation.match import match
from service.reconciliation.models import InboundFile
from service.reconciliation.settle import settle


def receive_reply(
    session: Session, channel: BankChannel, name: str, content: bytes, *, by: Actor
) -> InboundFile:
    """Read a reply completely, then move its payments and post its money in this transaction.

    A reply that cannot be believed as a whole – truncated, wrong totals, about a file we do not
    know – is kept in quarantine with every fault and moves nothing. The same bytes again change
    nothing.
    """
    known = seen_before(session, channel, content, by=by)
    if known is not None:
        return known
    reply = adapter_for(channel.profile).read_reply(name, content)
    file = _file_of(session, channel, reply)
    if file is not None and any(not record.reference for record in reply.records):
        # This bank's table has no column for our reference: the lines that were sent know it.
        reply = assign(reply, sent_lines(session, file))
    faults = [fault_of(fault) for fault in reply.faults] + _our_faults(reply, file)
    quarantined = any(fault["fatal"] for fault in faults)
    inbound = keep(
        session, channel, "reply", name, content, faults=faults, quarantined=quarantined, by=by
    )
    if quarantined or file is None:
        return inbound
    inbound.bank_file_id = file.id
    # The batch before the books, as at the sending: two banks' answers about one batch take turns.
    batch = batch_queries.locked(session, file.batch_id)
    _believe_delivered(session, file, by)
    outcome = match(session, inbound, file, reply)
    settle(session, inbound, file, channel, reply, outcome, by=by)
    if outcome.is_final:
        _answered(session, file, batch, by)
    return inbound


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
    if file is None or file.state in {"prepared", "withdrawn"}:
        return [
            our_fault(
                "file_unknown",
                "This reply is about a file that we did not send to this bank.",
                "该回盘所对应的文件并非我方发往该行的文件。",
            )
        ]
    totals, faults = reply.totals, []
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
