"""Confirm what another officer said of a carried file, or refuse it; lay a file out again."""

import hashlib

from sqlalchemy.orm import Session

from bank_adapters.transport import BankUnreachable, Outcome
from service.audit.moves import move
from service.audit.record import record
from service.dispatch import queries as dispatch_queries
from service.dispatch.about import about_file
from service.dispatch.by_hand import queries
from service.dispatch.by_hand.models import HandDelivery
from service.dispatch.by_hand.problems import (
    AlreadyAnswered,
    AnotherConfirms,
    AskedAlready,
    FolderSilent,
    NotCarried,
    ProofBroken,
)
from service.dispatch.channels import clerks_folder
from service.dispatch.models import BankFile
from service.dispatch.recall.queries import require_none
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.working_days import day_of
from service.ledger.hours import hours_of
from service.ledger.models import BankChannel
from service.officers.may import require
from service.officers.models import Officer


def confirm(session: Session, said: HandDelivery, *, by: Officer) -> None:
    """Do what another officer said: the bank has the file, or it is taken back and not sent.

    Raises AskedAlready, AnotherConfirms, NotCarried, ProofBroken, AlreadyAnswered, FolderSilent,
    RecallPending.
    """
    file = _locked(session, said, by)
    if said.asked_by == by.id:
        raise AnotherConfirms
    channel = session.get_one(BankChannel, file.channel_id)
    if file.state != "unknown" or channel.kind != "folder":
        raise NotCarried(file)
    if said.said == "delivered":
        _delivered(session, said, file, channel, by)
    else:
        _taken_back(session, said, file, channel, by)


def refuse(session: Session, said: HandDelivery, *, by: Officer) -> None:
    """Let what was said count for nothing, by whoever may say such things. Raises AskedAlready."""
    file = _locked(session, said, by)
    _decide(session, said, file, "withdrawn", by)


def lay_out_again(session: Session, file: BankFile, *, by: Officer) -> None:
    """Lay a file out that two officers took back: the same bytes under the same name.

    Raises NotCarried.
    """
    require(by, "dispatch.send", about_file(session, file.id))
    file = dispatch_queries.locked(session, file.id)
    channel = session.get_one(BankChannel, file.channel_id)
    if file.state != "prepared" or not file.resends or channel.kind != "folder":
        raise NotCarried(file)
    record(session, "hand_delivery.laid_out_again", by=by.actor(), on=("bank_files", file.id))
    enqueue(session, "dispatch.hand_over", f"{file.id}:{file.resends}", file_id=file.id)


def _delivered(
    session: Session, said: HandDelivery, file: BankFile, channel: BankChannel, by: Officer
) -> None:
    kept = queries.proof_of(session, said.id)
    if kept is None or hashlib.sha256(kept[1]).hexdigest() != said.proof_sha256:
        raise ProofBroken(file)
    at = said.delivered_at or clock.now()
    # What came after the bank's cut-off is executed a day later than was signed.
    file.executes_on = max(file.execution_date, day_of(at, hours_of(channel)).day)
    _decide(session, said, file, "confirmed", by)
    details = {"seen": "by_hand", "receipt": said.receipt_no, "proof_sha256": said.proof_sha256}
    move(session, file, "delivered", by=by.actor(), details=details)
    enqueue(session, "dispatch.put_away", f"{file.id}:{file.resends}", file_id=file.id)


def _taken_back(
    session: Session, said: HandDelivery, file: BankFile, channel: BankChannel, by: Officer
) -> None:
    require_none(session, file)
    if file.heard_at is not None:
        raise AlreadyAnswered(file)
    try:
        seen = clerks_folder(channel).withdraw(file.file_name, file.size_bytes)
    except BankUnreachable:
        raise FolderSilent from None
    if seen.outcome is Outcome.DELIVERED:
        raise AlreadyAnswered(file)
    _decide(session, said, file, "confirmed", by)
    # Not asked to be handed over: laying it out again is an act of its own.
    file.resends += 1
    move(session, file, "prepared", by=by.actor(), reason=said.reason)


def _locked(session: Session, said: HandDelivery, by: Officer) -> BankFile:
    require(by, "dispatch.send", about_file(session, said.bank_file_id))
    file = dispatch_queries.locked(session, said.bank_file_id)
    session.refresh(said)
    if said.state != "asked":
        raise AskedAlready(file)
    return file


def _decide(session: Session, said: HandDelivery, file: BankFile, state: str, by: Officer) -> None:
    said.state, said.decided_by, said.decided_at = state, by.id, clock.now()
    session.flush()
    record(
        session,
        f"hand_delivery.{said.said}_{state}",
        by=by.actor(),
        on=("bank_files", file.id),
        details={"hand_delivery": str(said.id)},
    )
