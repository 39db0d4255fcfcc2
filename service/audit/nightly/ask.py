"""Have the whole trail verified now: a worker does it as it does at night, and its verdict is kept."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.nightly.run import KIND
from service.audit.record import record
from service.foundation import clock, ids
from service.foundation.jobs import Job, enqueue


def ask_for_verification(session: Session, *, by: Actor) -> datetime:
    """Ask for a verification, and return since when one waits; one that waits already is not asked for twice."""
    waits = waiting_since(session)
    if waits is not None:
        return waits
    enqueue(session, KIND, str(ids.uuid7()))
    record(session, "audit_log.verification_asked", by=by, on=("audit_log", "whole"))
    return waiting_since(session) or clock.now()


def waiting_since(session: Session) -> datetime | None:
    """Return since when a verification waits or runs; None where none does."""
    return session.scalar(
        select(Job.created_at)
        .where(Job.kind == KIND, Job.state == "queued")
        .order_by(Job.created_at)
        .limit(1)
    )
