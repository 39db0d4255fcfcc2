"""Deactivate a source: nothing is fetched from it or taken from it any more."""

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.residents.intake.queries import source_by_code
from service.residents.models import FeedSource


def deactivate_source(session: Session, code: str, *, by: Actor) -> FeedSource:
    """Deactivate a source and forget its secret; doing it again changes nothing.

    Raises SourceUnknown.
    """
    source = source_by_code(session, code, locked=True)
    if not source.active:
        return source
    source.active = False
    source.secret_sealed = None
    session.flush()
    record(
        session,
        "source.deactivated",
        by=by,
        on=("feed_sources", source.id),
        details={"code": source.code, "kind": source.kind},
    )
    return source
