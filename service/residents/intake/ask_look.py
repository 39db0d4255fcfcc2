"""Ask for a look at one source now; the worker that reaches others' servers does it."""

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock
from service.foundation.jobs import enqueue
from service.foundation.problems import NotFound
from service.residents.intake.jobs import COLLECT
from service.residents.intake.problems import SourceInactive, SourceSends, SourceUnknown
from service.residents.intake.queries import source_by_code
from service.residents.models import FeedSource


def ask_look(session: Session, code: str, *, by: Actor) -> FeedSource:
    """Have a source looked at; asked twice within a minute it is one look.

    Raises NotFound, SourceInactive, and SourceSends for one that sends by itself.
    """
    try:
        source = source_by_code(session, code)
    except SourceUnknown:
        raise NotFound("source") from None
    if not source.active:
        raise SourceInactive(code)
    if source.kind == "push":
        raise SourceSends(code)
    enqueue(session, COLLECT, f"{source.id}:asked:{clock.now():%Y%m%dT%H%M}", code=code)
    record(session, "source.run_asked", by=by, on=("feed_sources", source.id))
    return source
