"""Bring one fetched content into the one pipeline, in a transaction of its own."""

from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.residents.importing import import_delivery
from service.residents.models import Delivery, FeedSource

FILE_BYTES_MAX = 256 * 1024 * 1024
"""More than this is never read from a source; the importer takes no more either."""


def bring(session: Session, source: FeedSource, feed: str, content: bytes, name: str) -> Delivery:
    """Import a content that a source delivered; the same bytes again have no second effect."""
    return import_delivery(
        session,
        feed,
        content,
        shown(name),
        by=actor_of(source),
        channel=source.kind,
        division=source.division,
    )


def actor_of(source: FeedSource) -> Actor:
    """Return who acts when a source delivers."""
    return Actor(kind="department", id=source.code)


def shown(name: str) -> str:
    """Return a file's name as valid text: bytes that are no UTF-8 become the replacement sign."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "replace") or "file"
