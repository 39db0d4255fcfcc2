"""On which old data an approval goes on, and who answered for it: as it stands, or as it was kept."""

import json
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.batches.models import Batch
from service.programmes.versions import programme_of
from service.residents import feeds
from service.residents.freshness import Freshness, stale_feeds
from service.residents.models import FeedWaiver

_BEFORE_APPROVAL = ("draft", "returned", "frozen", "noticed")
_KEY = "feeds_waived"


@dataclass(frozen=True)
class OnOldData:
    """One stale feed that somebody answers for; ``age_days`` is None if it never came."""

    feed: str
    age_days: int | None
    reason: str


def details_of(waived: list[Freshness]) -> dict[str, list[dict[str, str | int]]]:
    """Return what the approval's entry keeps about stale feeds that were waived; nothing if none."""
    said: list[dict[str, str | int]] = [
        {
            "feed": one.feed.code,
            "age_days": -1 if one.age_days is None else one.age_days,
            "gate_days": one.feed.gate_days,
            "waiver": str(one.waiver.id),
        }
        for one in waived
        if one.waiver is not None
    ]
    return {_KEY: said} if said else {}


def on_old_data(session: Session, batch: Batch) -> list[OnOldData]:
    """Return the waived feeds a batch would be approved on now, or was approved on."""
    if batch.state in _BEFORE_APPROVAL:
        own = programme_of(session, batch.rule_digest, batch.programme).feeds
        asked = {*own, *feeds.event_feeds()}
        return [
            OnOldData(one.feed.code, one.age_days, one.waiver.reason)
            for one in stale_feeds(session, asked)
            if one.waiver is not None
        ]
    entry = session.scalars(
        select(AuditEntry)
        .where(
            AuditEntry.object_type == "batches",
            AuditEntry.object_id == str(batch.id),
            AuditEntry.act == "batch.approved",
        )
        .order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
        .limit(1)
    ).first()
    kept = json.loads(entry.canonical)["details"].get(_KEY, ()) if entry else ()
    return [_kept(session, one) for one in kept]


def _kept(session: Session, said: dict[str, str | int]) -> OnOldData:
    waiver = session.get_one(FeedWaiver, UUID(str(said["waiver"])))
    age = int(said["age_days"])
    return OnOldData(str(said["feed"]), None if age < 0 else age, waiver.reason)
