"""Let an opened access read, once the log's witnesses have confirmed that it was opened."""

from contextlib import suppress
from uuid import UUID

from sqlalchemy.orm import Session

from service.audit.cosigning.published import (
    WaitsForWitnesses,
    wait_or_later,
    witness_after_commit,
)
from service.foundation import clock
from service.foundation.database import after_commit, transaction
from service.foundation.jobs import enqueue, job
from service.officers.emergency.models import EmergencyAccess
from service.officers.holding.queries import lock
from service.web.here import visit

KIND = "emergency.grant"


def grant_when_witnessed(session: Session, access: EmergencyAccess) -> None:
    """Have the access take effect right after the commit if the witnesses answer, or when they do."""
    enqueue(session, KIND, str(access.id), access_id=access.id)
    witness_after_commit(session, ("emergency_accesses", access.id))
    if visit().request_id:
        after_commit(session, lambda: _at_once(str(access.id)))


@job(KIND, queue="batch")
def grant(session: Session, access_id: str) -> None:
    """Let the officer read until the access's end; raises WaitsForWitnesses."""
    found = session.get_one(EmergencyAccess, UUID(access_id))
    officer = lock(session, found.officer_id)
    access = session.get_one(
        EmergencyAccess, found.id, with_for_update=True, populate_existing=True
    )
    if access.state != "open" or access.until is None or access.until <= clock.now():
        return
    wait_or_later(session, ("emergency_accesses", access.id))
    officer.emergency_until = access.until


def _at_once(access_id: str) -> None:
    """Grant it now if it may be; the job finds it done, or does it later."""
    with suppress(WaitsForWitnesses), transaction() as session:
        grant(session, access_id)
