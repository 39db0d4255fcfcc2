"""Signed batches without their stamp: asked for again by schedule and by command, and told to people.

A batch may have been signed before an authority was set, or its authority may have been away for longer
than a job is tried.
"""

from datetime import timedelta

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from service.batches.models import Batch
from service.batches.queries import since
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.jobs import Job, enqueue, revive
from service.foundation.settings import settings
from service.foundation.time_stamps.authority import TimeStampUnavailable
from service.foundation.time_stamps.check import ClocksApart, TimeStampRefused
from service.officers.may import may
from service.officers.models import Officer
from service.signing.signers.certificates.refusals import RevocationUnknown
from service.signing.signers.models import TimeStamp
from service.signing.signers.time_stamps.stamp import TimeStampMissing
from service.web.language import gettext
from service.web.queue import WaitingItem

_REST = timedelta(minutes=5)
"""How long a job that gave up is left alone."""
STAMP_CODES = frozenset(
    {TimeStampMissing.code, TimeStampUnavailable.code, TimeStampRefused.code, ClocksApart.code}
)
_PASSING = STAMP_CODES | {RevocationUnknown.code}
"""What may be so now and otherwise in an hour, without anybody here doing anything."""


def without_stamp(session: Session) -> list[Batch]:
    """Return the signed batches whose present round has no stamp though an authority is set."""
    if not settings().time_stamp_url:
        return []
    stamped = exists().where(TimeStamp.batch_id == Batch.id, TimeStamp.round == Batch.round)
    return list(
        session.scalars(
            select(Batch).where(Batch.state == "signed", ~stamped).order_by(Batch.batch_no)
        )
    )


def ask_for_missing(session: Session, *, at_once: bool = False) -> list[str]:
    """Ask for every missing stamp; return the batches' numbers.

    Jobs that gave up are asked for anew: those that wait for an authority or for a revocation list,
    after a rest, or ``at_once``. Those that wait already go on at their own pace.
    """
    found = without_stamp(session)
    for batch in found:
        enqueue(session, "signing.time_stamp", _key(batch), batch_id=batch.id)
    keys = [f"signing.time_stamp:{_key(batch)}" for batch in found]
    # Done without a stamp: no authority was set when it was done.
    revive(session, keys=keys, state="done")
    if at_once:
        revive(session, keys=keys)
    revive(session, codes=_PASSING, failed_before=clock.now() - _REST)
    return [batch.batch_no for batch in found]


def waiting_for_stamps(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return one item for each signed batch that waits for its stamp, with why."""
    if not (may(officer, "signing.sign") or may(officer, "audit.read")):
        return []
    found = without_stamp(session)
    if not found:
        return []
    signed_at = since("signed")
    rows = session.execute(
        select(Batch.batch_no, signed_at.label("signed_at")).where(
            Batch.id.in_([one.id for one in found])
        )
    )
    moments = {row.batch_no: row.signed_at for row in rows}
    keys = [f"signing.time_stamp:{_key(one)}" for one in found]
    asked = session.execute(select(Job.key, Job.error_code).where(Job.key.in_(keys)))
    jobs = {row.key: row.error_code for row in asked}
    said = gettext("Waits for its time-stamp and is not sent yet:")
    return [
        WaitingItem(
            f"{said} {programme_name(batch.programme)} {batch.batch_no}",
            batch.frozen_count or 0,
            f"/batches/{batch.batch_no}",
            moments.get(batch.batch_no),
            _why(jobs.get(f"signing.time_stamp:{_key(batch)}")),
        )
        for batch in found
    ]


def _why(code: str | None) -> str:
    if code == TimeStampUnavailable.code:
        return gettext("The time-stamp authority does not answer. It is asked again by itself.")
    if code == TimeStampRefused.code:
        return gettext(
            "The authority's answer was refused: it is not one to our question, or not of a trusted authority. Tell the administrator."
        )
    if code == ClocksApart.code:
        return gettext("The authority's clock and this server's are apart. Tell the administrator.")
    if code is not None:
        return gettext("The time-stamp could not be taken. Tell the administrator.")
    return gettext("The time-stamp authority is being asked; nothing is to be done.")


def _key(batch: Batch) -> str:
    return f"{batch.id}:{batch.round}"
