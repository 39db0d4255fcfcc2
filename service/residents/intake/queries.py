"""Every look at the sources themselves."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.residents.intake.problems import SourceUnknown
from service.residents.models import FeedSource


def every_source(session: Session) -> Sequence[FeedSource]:
    """Return all sources, active ones first, by code."""
    return session.scalars(
        select(FeedSource).order_by(FeedSource.active.desc(), FeedSource.code)
    ).all()


def source_by_code(session: Session, code: str, *, locked: bool = False) -> FeedSource:
    """Return one source, locked for a change if asked; raises :class:`SourceUnknown`."""
    query = select(FeedSource).where(FeedSource.code == code)
    if locked:
        query = query.with_for_update().execution_options(populate_existing=True)
    found = session.scalars(query).first()
    if found is None:
        raise SourceUnknown(code)
    return found
