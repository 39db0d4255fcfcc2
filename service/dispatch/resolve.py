"""Resolve an unknown hand-over by looking at the bank's side; a resend needs two people."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bank_adapters import adapter_for
from bank_adapters.transport import BankUnreachable, Outcome, Place, Sighting
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.audit.record import record
from service.batches.release import ReasonMissing
from service.dispatch import queries
from service.dispatch.about import about_file
from service.dispatch.channels import transport_about
from service.dispatch.models import BankFile
from service.dispatch.recall.queries import require_none
from service.foundation import clock
from service.foundation.jobs import enqueue, job
from service.foundation.problems import Problem
from service.ledger.models import BankChannel
from service.officers.may import require
from service.officers.models import Officer


class StillUnknown(Problem):
    """Whether the bank has a file cannot be told yet."""

    code = "still_unknown"
    status = 409
    title = "It is not known yet whether the bank has this file"

    def __init__(self, file: BankFile, retry_after_seconds: int = 0) -> None:
        self.retry_after_seconds = retry_after_seconds
        super().__init__(
            f"Whether the bank has {file.file_name} is not known; look again later. It is not sent again.",
            f"银行是否已收到 {file.file_name} 尚不确定，请稍后再查，不会重复发送。",
        )


class TwoPeopleNeeded(Problem):
    """A decision that needs two different officers was given one."""

    code = "two_people_needed"
    status = 409
    title = "Two people must decide this"

    def __init__(self) -> None:
        super().__init__(
            "A resend is decided by two different officers.", "重新发送须由两名不同人员共同决定。"
        )


class CarriedByClerk(Problem):
    """A file of a bank whose clerk carries them is taken back first."""

    code = "carried_by_clerk"
    status = 409
    title = "A clerk carries this bank's files"

    def __init__(self, file: BankFile) -> None:
        super().__init__(
            f"A clerk carries {file.file_name} to the bank. Two officers take it back first; then it can be laid out again.",
            f"{file.file_name} 由人工送达银行，须先由两名工作人员收回，方可再次放出。",
        )


@job("dispatch.resolve", queue="bank", attempts_max=20)
def resolve(session: Session, file_id: str) -> None:
    """Look for an unknown file at the bank; raises StillUnknown, so that the job is tried again."""
    file = queries.locked(session, UUID(file_id))
    if file.state != "unknown":
        return
    try:
        seen = look(session, file)
    except BankUnreachable:
        # Nobody to ask is no news, and no fault of ours: it is looked at again later.
        raise StillUnknown(file) from None
    if seen.outcome is Outcome.DELIVERED:
        move(session, file, "delivered", by=SYSTEM, details={"seen": seen.place.value})
        return
    if carried(session, file):
        # A folder holds no more news than this look; a file that is not in it is taken back.
        return
    # Some banks allow a question every few minutes only.
    raise StillUnknown(file, adapter_for(file.profile).profile.asked_every_seconds or 0)


def carried(session: Session, file: BankFile) -> bool:
    """Return whether a clerk carries the files of this file's bank."""
    return session.get_one(BankChannel, file.channel_id).kind == "folder"


def look(session: Session, file: BankFile) -> Sighting:
    """Look at the bank's folders, or ask it; takes back our own unfinished part file, if that is all there is."""
    way = transport_about(
        session.get_one(BankChannel, file.channel_id), lambda: queries.content(file)
    )
    seen = way.look(file.file_name, file.size_bytes, file.sha256)
    if seen.place is Place.PART and not carried(session, file):
        return way.withdraw(file.file_name, file.size_bytes)
    return seen


def release_resend(
    session: Session, file: BankFile, *, by: Officer, and_by: Officer, reason: str
) -> None:
    """Let an unknown file that is nowhere at the bank be sent again: same name, same bytes.

    Two officers with the duty decide; the bank is looked at once more here. Raises StillUnknown
    while the file could still appear, TwoPeopleNeeded, CarriedByClerk, ReasonMissing, RecallPending.
    """
    for officer in (by, and_by):
        require(officer, "dispatch.send", about_file(session, file.id))
    if by.id == and_by.id:
        raise TwoPeopleNeeded
    if carried(session, file):
        raise CarriedByClerk(file)
    if not reason.strip():
        raise ReasonMissing
    require_none(session, file)
    waited = clock.now() - (file.intent_at or clock.now())
    seen = look(session, file)
    if seen.outcome is Outcome.DELIVERED:
        move(session, file, "delivered", by=SYSTEM, details={"seen": seen.place.value})
        return
    patience = timedelta(seconds=session.get_one(BankChannel, file.channel_id).absence_seconds)
    if waited < patience or seen.place is not Place.NOWHERE:
        raise StillUnknown(file)
    record(
        session,
        "resend.agreed",
        by=and_by.actor(),
        on=("bank_files", file.id),
        reason=reason.strip(),
    )
    file.resends += 1
    move(session, file, "prepared", by=by.actor(), reason=reason.strip())
    enqueue(session, "dispatch.hand_over", f"{file.id}:{file.resends}", file_id=file.id)
