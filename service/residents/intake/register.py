"""Register a source, or change what was agreed about it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock, ids
from service.residents.intake.problems import SecretMissing, SourceKindFixed
from service.residents.intake.sealing import keep_secret
from service.residents.intake.terms import (
    SourceAsked,
    Terms,
    public_key_bytes,
    read_registration,
)
from service.residents.models import FeedSource, FeedSourceFile


def register_source(
    session: Session, content: object, *, by: Actor, secret: str | None = None
) -> FeedSource:
    """Add a source, or change an existing one's terms and bring it back if it was deactivated.

    ``content`` is what the YAML file holds (:class:`~service.residents.intake.terms.SourceAsked`).
    A secret already kept stays, unless we would show it to another server than before. Raises
    TermsWrong, SourceKindFixed, SecretMissing.
    """
    asked, terms = read_registration(content)
    found = session.scalars(
        select(FeedSource).where(FeedSource.code == asked.code).with_for_update()
    ).first()
    if found is not None and found.kind != asked.kind:
        raise SourceKindFixed(asked.code, found.kind)
    source = found or FeedSource(
        id=ids.uuid7(),
        code=asked.code,
        kind=asked.kind,
        registered_by=by.id,
        registered_at=clock.now(),
    )
    before = dict(source.terms or {})
    _agree(source, asked, terms)
    if secret is not None:
        keep_secret(source, secret)
    elif _shown_to(before) != _shown_to(source.terms):
        source.secret_sealed = None
    if asked.kind in {"sftp", "database"} and source.secret_sealed is None:
        raise SecretMissing(asked.code, asked.kind)
    if _question(before) != _question(source.terms):
        # Another question knows nothing of what the last one had answered.
        source.watermark = None
    session.add(source)
    session.flush()
    _look_again_at_what_was_unclear(session, source)
    record(
        session,
        "source.changed" if found else "source.registered",
        by=by,
        on=("feed_sources", source.id),
        details={
            "code": asked.code,
            "kind": asked.kind,
            "feeds": ",".join(asked.feeds),
            "division": asked.division,
            "where": where(source.terms),
        },
    )
    return source


def where(terms: Mapping[str, Any]) -> str:
    """Return where a source is, from its terms as kept; there is no secret in them."""
    if "host" in terms:
        return f"{terms.get('user')}@{terms['host']}:{terms.get('port')}{terms.get('path')}"
    return str(terms.get("url") or terms.get("path") or "")


def _look_again_at_what_was_unclear(session: Session, source: FeedSource) -> None:
    session.execute(
        delete(FeedSourceFile)
        .where(FeedSourceFile.source_id == source.id, FeedSourceFile.delivery_id.is_(None))
        .execution_options(synchronize_session=False)
    )


def _agree(source: FeedSource, asked: SourceAsked, terms: Terms) -> None:
    source.feeds, source.division = list(asked.feeds), asked.division
    source.terms = terms.model_dump(mode="json", exclude_none=True)
    source.active = True
    if asked.public_key is not None:
        source.public_key = public_key_bytes(asked.public_key)


def _question(terms: dict[str, object]) -> tuple[object, ...]:
    return tuple(terms.get(name) for name in ("query", "watermark_column", "watermark_type"))


def _shown_to(terms: dict[str, object]) -> tuple[object, ...]:
    return tuple(terms.get(name) for name in ("host", "port", "user", "host_key", "url"))
