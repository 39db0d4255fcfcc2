"""Have a batch's complete set of signatures stamped, and only then let it go to the banks."""

from hashlib import sha256
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.record import record
from service.batches.models import Batch
from service.foundation import clock
from service.foundation.jobs import enqueue, job, revive
from service.foundation.problems import Problem
from service.foundation.settings import settings
from service.foundation.time_stamps.authority import ask, roots
from service.foundation.time_stamps.check import (
    checked,
    is_about,
    request_for,
    require_same_time,
)
from service.signing.models import Manifest, Signature
from service.signing.signers.models import TimeStamp
from service.signing.signers.time_stamps.content import stamped_content


class TimeStampMissing(Problem):
    """The signatures were not stamped."""

    code = "time_stamp_missing"
    status = 409
    title = "The time-stamp is missing"

    def __init__(self, batch_no: str) -> None:
        super().__init__(
            f"{batch_no} is not sent: its signatures have no time-stamp that holds.",
            f"{batch_no} 不能发送：签名没有有效的时间戳。",
        )


def release(session: Session, batch: Batch) -> None:
    """Send a signed batch on its way: to the time-stamp authority where one is set, else to the banks."""
    if settings().time_stamp_url:
        enqueue(session, "signing.time_stamp", f"{batch.id}:{batch.round}", batch_id=batch.id)
    else:
        _begin(session, batch)


@job("signing.time_stamp", attempts_max=20)
def stamp(session: Session, batch_id: str) -> None:
    """Ask for the stamp and keep it as it came; whatever fails is tried again, and nothing is sent."""
    batch = session.get_one(Batch, UUID(batch_id))
    if batch.state != "signed":
        return
    if settings().time_stamp_url and stamp_of(session, batch) is None:
        _take(session, batch)
    _begin(session, batch)


def require_stamped(session: Session, batch: Batch) -> None:
    """Raise :class:`TimeStampMissing` or TimeStampRefused unless the stamp is there and is over these signatures."""
    if not settings().time_stamp_url:
        return
    kept = stamp_of(session, batch)
    if kept is None or kept.digest != digest_of(session, batch):
        raise TimeStampMissing(batch.batch_no)
    if not is_about(kept.request, kept.digest) or kept.stamped_at != checked(
        kept.request, kept.response, roots()
    ):
        raise TimeStampMissing(batch.batch_no)


def stamp_of(session: Session, batch: Batch) -> TimeStamp | None:
    """Return the time-stamp of the batch's present round."""
    return session.scalars(
        select(TimeStamp).where(TimeStamp.batch_id == batch.id, TimeStamp.round == batch.round)
    ).first()


def digest_of(session: Session, batch: Batch) -> bytes:
    """Return the 32 bytes that are stamped: SHA-256 over the complete set of signatures."""
    return sha256(content_of(session, batch)).digest()


def content_of(session: Session, batch: Batch) -> bytes:
    """Return what is stamped: every manifest's digest and signature, in their order."""
    rows = session.execute(
        select(Manifest.digest, Signature.signature)
        .join(Signature, Signature.manifest_id == Manifest.id)
        .where(Manifest.batch_id == batch.id, Manifest.round == batch.round)
        .order_by(Manifest.position)
    )
    return stamped_content((digest, signature) for digest, signature in rows)


def _take(session: Session, batch: Batch) -> None:
    authority = settings().time_stamp_url or ""
    digest = digest_of(session, batch)
    request = request_for(digest)
    response = ask(authority, request)
    stamped_at, now = checked(request, response, roots()), clock.now()
    require_same_time(stamped_at, now, seconds_max=settings().time_stamp_clock_seconds_max)
    session.add(
        TimeStamp(
            batch_id=batch.id,
            round=batch.round,
            digest=digest,
            request=request,
            response=response,
            authority=authority,
            stamped_at=stamped_at,
            taken_at=now,
        )
    )
    details = {"digest": digest.hex(), "stamped_at": stamped_at.isoformat()}
    record(session, "batch.time_stamped", by=SYSTEM, on=("batches", batch.id), details=details)
    session.flush()


def _begin(session: Session, batch: Batch) -> None:
    key = f"{batch.id}:{batch.round}"
    enqueue(session, "dispatch.begin", key, batch_id=batch.id)
    # It was asked for before, and gave up, where the batch was signed before an authority was set.
    revive(session, keys=(f"dispatch.begin:{key}",))
