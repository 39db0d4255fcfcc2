"""Register sources in a test and see what became of what they brought."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import func, select

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.residents.intake.collect import collect
from service.residents.intake.outcome import Outcome
from service.residents.intake.register import register_source
from service.residents.models import Delivery, FeedRecord, FeedSource
from tests.foundation.committed import Committed
from tests.service.residents.importing.deliveries import delivery, rows

OFFICER = Actor(kind="officer", id="guan.liping")
DEATHS = "WJ_DEATH"
CERTIFICATES = "CL_CERT"


def deaths(*persons: int, **cells: Any) -> bytes:
    """Return a CSV of deaths, an incremental feed."""
    return delivery(DEATHS, *rows(DEATHS, persons, **cells))


def public_text(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


class Sources:
    """What tests do with sources."""

    def __init__(self, committed: Committed) -> None:
        self.committed = committed

    def register(self, kind: str, terms: dict[str, Any], **more: Any) -> FeedSource:
        content = {
            "code": more.pop("code", f"{kind}-1"),
            "kind": kind,
            "feeds": more.pop("feeds", [DEATHS]),
            "terms": terms,
        }
        secret = more.pop("secret", None)
        with self.committed.transaction() as session:
            return register_source(session, content | more, by=OFFICER, secret=secret)

    def folder(self, path: Path, feeds: Sequence[str] = (DEATHS,), **terms: Any) -> FeedSource:
        return self.register("folder", {"path": str(path), **terms}, feeds=list(feeds))

    def look(self, code: str = "folder-1") -> Outcome:
        return collect(code)

    def kept(self, code: str) -> FeedSource:
        with self.committed.transaction() as session:
            return session.scalars(select(FeedSource).where(FeedSource.code == code)).one()

    def deliveries(self) -> list[Delivery]:
        with self.committed.transaction() as session:
            return list(session.scalars(select(Delivery).order_by(Delivery.received_at)))

    def states(self) -> list[tuple[str, str]]:
        return [(one.feed, one.state) for one in self.deliveries()]

    def records(self, feed: str = DEATHS) -> int:
        """Return how many records of a feed are current."""
        with self.committed.transaction() as session:
            query = select(func.count()).select_from(FeedRecord)
            return session.scalar(
                query.where(FeedRecord.feed == feed, FeedRecord.known_to.is_(None))
            ) or 0  # fmt: skip

    def acts(self, beginning: str) -> list[tuple[str, str, bytes]]:
        """Return (act, who, canonical bytes) of the audit entries of some acts."""
        with self.committed.transaction() as session:
            found = session.scalars(
                select(AuditEntry)
                .where(AuditEntry.act.startswith(beginning))
                .order_by(AuditEntry.id)
            )
            return [(one.act, one.actor_id, bytes(one.canonical)) for one in found]
