"""Look at one source once: whoever looks holds its lock, and what it came to is written down."""

from pydantic import ValidationError
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.logs import logger
from service.foundation.problems import Problem
from service.residents.intake.database.collect import collect_database
from service.residents.intake.folder.collect import collect_folder
from service.residents.intake.outcome import Outcome
from service.residents.intake.problems import (
    SourceBusy,
    SourceInactive,
    SourceSends,
    TermsWrong,
)
from service.residents.intake.queries import source_by_code
from service.residents.intake.sftp.collect import collect_sftp
from service.residents.intake.terms import DatabaseTerms, FolderTerms, SftpTerms, terms_of
from service.residents.intake.unexpected import Unexpected, note_unexpected
from service.residents.models import FeedSource


def collect(code: str) -> Outcome:
    """Take what a source has for us and return what it came to; a failure is an outcome too.

    Each delivery is a transaction of its own, so this opens its own transactions. Raises
    SourceUnknown, SourceInactive, SourceSends, and SourceBusy when another worker is at it.
    """
    with transaction() as holder:
        source = source_by_code(holder, code)
        if not source.active:
            raise SourceInactive(code)
        if source.kind == "push":
            raise SourceSends(code)
        # Held until this transaction ends, which is also when the process dies.
        lock = func.hashtextextended(f"anxin.source.{source.id}", 0)
        if not holder.scalar(select(func.pg_try_advisory_xact_lock(lock))):
            raise SourceBusy(code)
        outcome = _look(source)
    with transaction() as session:
        note_outcome(session, source, outcome)
    return outcome


def note_outcome(session: Session, source: FeedSource, outcome: Outcome) -> None:
    """Write down when a source was last looked at, and what it came to."""
    said = outcome.as_json()
    session.execute(
        update(FeedSource)
        .where(FeedSource.id == source.id)
        .values(last_run_at=clock.now(), last_outcome=said)
        .execution_options(synchronize_session=False)
    )
    logger("residents").info(
        "source.looked_at", source=source.code, code=outcome.code, faults=said["faults"]
    )


def _look(source: FeedSource) -> Outcome:
    outcome = Outcome()
    try:
        return _ask(source)
    except ValidationError:
        outcome.failed(TermsWrong([("terms", "no longer usable")]))
    except Problem as problem:
        outcome.failed(problem)
    except Exception as error:
        note_unexpected(source.code, error)
        outcome.failed(Unexpected())
    return outcome


def _ask(source: FeedSource) -> Outcome:
    terms = terms_of(source.kind, source.terms)
    if isinstance(terms, FolderTerms):
        return collect_folder(source, terms)
    if isinstance(terms, SftpTerms):
        return collect_sftp(source, terms)
    assert isinstance(terms, DatabaseTerms)  # noqa: S101 - a source that pushes is refused above
    return collect_database(source, terms)
