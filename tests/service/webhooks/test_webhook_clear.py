"""Told events are cleared away when they are old; what waits, and what is young, stays."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.foundation import clock
from service.webhooks.clear import clear_old
from service.webhooks.models import WebhookDelivery, WebhookEvent, WebhookTry
from tests.service.webhooks.conftest import agree

URL = "http://localhost:1/events"


def _told(session: Session, endpoint: object, days: int, ended: str) -> None:
    then = clock.now() - timedelta(days=days)
    event = WebhookEvent(
        kind="batch.signed", version=1, occurred_at=then, lane=endpoint, about=f"{days} {ended}"
    )
    session.add(event)
    session.flush()
    times = {"due_at": None, "delivered_at": None, "parked_at": None, ended: then}
    session.add(
        WebhookDelivery(
            endpoint_id=endpoint, event_id=event.id, seq=event.seq, lane=endpoint, **times
        )
    )
    session.add(
        WebhookTry(
            endpoint_id=endpoint,
            event_id=event.id,
            at=then,
            outcome="taken",
            status=200,
            milliseconds=1,
        )
    )
    session.flush()


def test_what_ended_long_ago_goes_and_what_waits_stays(made: Session) -> None:
    endpoint = agree(made, URL).id
    for days in (401, 399):
        for ended in ("delivered_at", "parked_at", "due_at"):
            _told(made, endpoint, days, ended)
    assert clear_old(made) == {"deliveries": 2, "events": 2}
    left = set(made.scalars(select(WebhookEvent.about)))
    assert left == {"399 delivered_at", "399 parked_at", "399 due_at", "401 due_at"}
    assert made.scalar(select(func.count()).select_from(WebhookTry)) == 4
    entry = made.scalars(select(AuditEntry).where(AuditEntry.act == "webhook.cleared_away")).one()
    said = json.loads(entry.canonical)["details"]
    assert (said["deliveries"], said["events"]) == (2, 2)
    assert clear_old(made) == {"deliveries": 0, "events": 0}
    acts = select(func.count()).where(AuditEntry.act == "webhook.cleared_away")
    assert made.scalar(acts) == 1


def test_nobody_clears_away_what_was_told_lately(made: Session) -> None:
    endpoint = agree(made, URL).id
    _told(made, endpoint, 29, "delivered_at")
    made.execute(text("DELETE FROM webhook_deliveries"))
    for table in ("webhook_tries", "webhook_events"):
        with pytest.raises(IntegrityError), made.begin_nested():
            made.execute(text(f"DELETE FROM {table}"))
