"""Hand signed files to the bank: intent first, bytes next, and three possible outcomes.

The jobs here open their own transactions on purpose: what we intend must be committed before the
first byte leaves, and what came of it is committed after. A worker that dies in between leaves the
file ``sending``; whoever comes next treats that as unknown and looks, never sends.

Where witnesses are set, nothing leaves before they have cosigned a log that holds the approvals, the
signatures and this very intent: a database that loses its last seconds loses no sending.
"""

import hashlib
from uuid import UUID

from sqlalchemy.orm import Session

from bank_adapters.transport import WITH_CLERK, Delivery, Outcome
from service.audit.actor import SYSTEM
from service.audit.cosigning.in_force import in_force
from service.audit.cosigning.published import WaitsForWitnesses, wait_or_later, wait_witnessed
from service.audit.moves import move
from service.audit.record import record
from service.batches import queries as batch_queries
from service.batches.died_since import DiedSince, died, require_alive
from service.batches.models import Batch
from service.dispatch import queries, renew
from service.dispatch.by_hand.queries import taken_back
from service.dispatch.channels import transport
from service.dispatch.holding.hold import hold_the_dead
from service.dispatch.holding.problems import NothingLeft
from service.dispatch.holding.rule import require_by_rule
from service.dispatch.models import BankFile
from service.dispatch.pay_day import Turn, turn_of
from service.dispatch.sent import mark_sent
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.jobs import Later, enqueue, job
from service.foundation.problems import Problem
from service.ledger.models import BankChannel
from service.notices.check import require_same_clock
from service.signing.alarm import alarmed
from service.signing.manifest import may_leave_out, of_batch
from service.signing.verify import require_signed


class BytesDiffer(Problem):
    """The stored bytes of a bank file are not those that were signed."""

    code = "bytes_differ"
    status = 409
    title = "The bank file was changed"

    def __init__(self, file: BankFile) -> None:
        super().__init__(
            f"{file.file_name} is not the file that was signed; it is not sent. Tell the auditor.",
            f"{file.file_name} 与所签文件不一致，已停止发送，请告知审计人员。",
        )


class WaitsForDay(Later):
    """A file's banking day has not come, or its day's limit is reached."""

    code = "waits_for_day"
    title = "The file waits for a banking day"

    def __init__(self, file: BankFile, turn: Turn) -> None:
        super().__init__(
            f"{file.file_name} waits for the banking day {turn.day}.",
            f"{file.file_name} 等待 {turn.day} 银行营业日发送。",
            not_before=turn.not_before or clock.now(),
        )


class NotDelivered(Problem):
    """Provably nothing was handed over; the same bytes are tried again later."""

    code = "not_delivered"
    status = 502
    title = "The bank did not take the file"

    def __init__(self, file_name: str, delivery: Delivery) -> None:
        super().__init__(
            f"{file_name}: {delivery.sentence_en}", f"{file_name}：{delivery.sentence_zh}"
        )


@job("dispatch.begin", queue="bank")
def begin(session: Session, batch_id: str) -> None:
    """Check a signed batch's signatures and ask for each of its files to be handed over.

    Raises WaitsForWitnesses.
    """
    batch = batch_queries.locked(session, UUID(batch_id))
    if batch.state != "signed":
        return
    wait_or_later(session, ("batches", batch.id))
    files = queries.of_batch(session, batch)
    with alarmed(batch):
        _require_sendable(session, batch, files)
    if renew.is_due(session, batch, files):
        renew.ask(session, batch)
        return
    back = taken_back(session, batch.id)
    for file in files:
        if file.state == "prepared" and file.id not in back:
            enqueue(session, "dispatch.hand_over", f"{file.id}:{file.resends}", file_id=file.id)


@job("dispatch.hand_over", queue="bank", attempts_max=12)
def hand_over(_session: Session, file_id: str) -> None:
    """Send one file's exact bytes, once.

    Raises ClocksDiffer, WaitsForDay, WaitsForWitnesses, NotDelivered: it is tried again.
    """
    with transaction() as session:
        file = queries.locked(session, UUID(file_id))
        if file.state == "sending":
            _someone_died(session, file)
            return
        if file.state != "prepared":
            return
        # Before anything is judged by the day: a clock that jumped would have lists signed anew.
        require_same_clock(session)
        if _must_be_signed_again(session, file):
            return
        if _left_out(session, file):
            return
        wait_or_later(session, ("batches", file.batch_id))
        channel = session.get_one(BankChannel, file.channel_id)
        turn = turn_of(session, file, channel)
        if turn.not_before is None:
            name, content = file.file_name, _signed_bytes(session, file)
            way = transport(channel)
            attempt = _intend(session, file, turn)
        else:
            _wait(session, file, turn)
    if turn.not_before is not None:
        raise WaitsForDay(file, turn)
    if in_force() is not None and not _is_mine_and_witnessed(file_id, attempt):
        return
    delivery = way.deliver(name, content)
    with transaction() as session:
        _write_down(session, queries.locked(session, UUID(file_id)), attempt, delivery)
    if delivery.outcome is Outcome.NOT_DELIVERED:
        raise NotDelivered(name, delivery)


def _left_out(session: Session, file: BankFile) -> bool:
    """Leave out lines whose people have died, as long as nobody began to send the file; return whether any.

    What is left goes in a file of its own. A list signed before there was a rule of holding is
    stopped whole, as is one of which nothing would be left.
    """
    batch = session.get_one(Batch, file.batch_id)
    if file.intent_at is not None or not _may_leave_out(session, batch):
        return False
    dead = died(session, batch, file.id)
    if not dead:
        return False
    batch = batch_queries.locked(session, batch.id)
    if batch.state != "signed" or file.round != batch.round:
        return False
    with alarmed(batch):
        try:
            hold_the_dead(session, batch, dead)
        except NothingLeft:
            raise DiedSince(batch, len(dead)) from None
    return True


def _may_leave_out(session: Session, batch: Batch) -> bool:
    manifest = of_batch(session, batch)
    return manifest is not None and may_leave_out(manifest)


def _must_be_signed_again(session: Session, file: BankFile) -> bool:
    """Ask for new signatures where the bank takes no file for the signed day, and say that it was.

    Once another file of the batch is with a bank, this one follows it: the bank refuses it whole,
    and its payments are issued again.
    """
    batch = session.get_one(Batch, file.batch_id)
    due = renew.is_due(session, batch, queries.of_batch(session, batch))
    if due:
        renew.ask(session, batch)
    return due


def _intend(session: Session, file: BankFile, turn: Turn) -> int:
    """Write down that a file goes now, for which day; return the number of this attempt."""
    file.intent_at = clock.now()
    file.attempts += 1
    file.executes_on, file.waits_for = turn.day, None
    details = {"sha256": file.sha256, "executes_on": turn.day.isoformat()}
    digest = f"sha256:{file.sha256}"
    move(
        session,
        file,
        "sending",
        by=SYSTEM,
        details=details,
        before_digest=digest,
        after_digest=digest,
    )
    return file.attempts


def _wait(session: Session, file: BankFile, turn: Turn) -> None:
    """Write down for which banking day a file waits, once."""
    if file.waits_for == turn.day:
        return
    file.waits_for = turn.day
    record(
        session,
        "bank_file.waits",
        by=SYSTEM,
        on=("bank_files", file.id),
        details={"waits_for": turn.day.isoformat(), "signed_for": file.execution_date.isoformat()},
    )


def _require_sendable(
    session: Session, batch: Batch, files: list[BankFile], now: BankFile | None = None
) -> None:
    """Raise unless the batch is what was signed, less what was left out by the rule of its manifest.

    Under a manifest without that rule everybody on it must live while it can be called back; once a
    file is with a bank the rest follows: a batch half sent is never signed anew.
    """
    begun = any(one.intent_at is not None for one in files)
    require_signed(
        session,
        batch,
        [queries.sealed(session, one) for one in queries.as_signed(session, batch)],
        begun=begun,
        file_id=None if now is None else now.id,
    )
    if _may_leave_out(session, batch):
        require_by_rule(session, batch, now)
    elif not begun:
        require_alive(session, batch)


def _signed_bytes(session: Session, file: BankFile) -> bytes:
    batch = session.get_one(Batch, file.batch_id)
    files = queries.of_batch(session, batch)
    with alarmed(batch):
        _require_sendable(session, batch, files, now=file)
        # What was just verified are the files of the present round; this must be one of them.
        if file.id not in {one.id for one in files}:
            raise BytesDiffer(file)
        content = queries.content(file)
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise BytesDiffer(file)
    return content


def _write_down(session: Session, file: BankFile, attempt: int, delivery: Delivery) -> None:
    """Say what came of an attempt, unless it was given up for lost and another begun meanwhile."""
    if file.state != "sending" or file.attempts != attempt:
        return
    details = {"step": delivery.step, "code": delivery.code}
    if delivery.number:
        details["request"] = delivery.number
    if delivery.outcome is Outcome.NOT_DELIVERED:
        move(session, file, "prepared", by=SYSTEM, details=details)
        return
    then = "delivered" if delivery.outcome is Outcome.DELIVERED else "unknown"
    move(session, file, then, by=SYSTEM, details=details)
    mark_sent(session, file)
    if then == "unknown" and delivery.code != WITH_CLERK:
        # What is laid out for a clerk is nowhere to be looked for: two officers or its answer say.
        enqueue(session, "dispatch.resolve", f"{file.id}:{file.resends}", file_id=file.id)


def _take_back(session: Session, file: BankFile, attempt: int) -> None:
    """Say that nothing was sent, because nobody cosigned that it would be."""
    if file.state == "sending" and file.attempts == attempt:
        details = {"step": "witness", "code": WaitsForWitnesses.code}
        move(session, file, "prepared", by=SYSTEM, details=details)


def _is_mine_and_witnessed(file_id: str, attempt: int) -> bool:
    """Wait for the witnesses; return whether the attempt then still is this one.

    While it waited, another worker may have given it up. Raises WaitsForWitnesses, with nothing sent.
    """
    if not wait_witnessed(("bank_files", file_id)):
        with transaction() as session:
            _take_back(session, queries.locked(session, UUID(file_id)), attempt)
        raise WaitsForWitnesses
    with transaction() as session:
        file = queries.locked(session, UUID(file_id))
        return file.state == "sending" and file.attempts == attempt


def _someone_died(session: Session, file: BankFile) -> None:
    move(session, file, "unknown", by=SYSTEM, details={"step": "worker", "code": "worker_lost"})
    mark_sent(session, file)
    enqueue(session, "dispatch.resolve", f"{file.id}:{file.resends}", file_id=file.id)
