"""Clear away events that were told long ago: their tries, their deliveries, and then they themselves."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, delete, func, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.audit.record import record
from service.foundation import clock
from service.foundation.settings import settings
from service.webhooks.models import WebhookDelivery, WebhookEvent, WebhookTry


def clear_old(session: Session) -> dict[str, int]:
    """Delete what ended longer ago than the time set, and record how much; what still waits stays."""
    before = clock.now() - timedelta(days=settings().webhook_keep_days)
    tried = (
        select(WebhookDelivery.event_id)
        .where(
            WebhookDelivery.endpoint_id == WebhookTry.endpoint_id,
            WebhookDelivery.event_id == WebhookTry.event_id,
            _ended(before),
        )
        .exists()
    )
    _deleted(session, delete(WebhookTry).where(WebhookTry.at < before, tried))
    deliveries = _deleted(session, delete(WebhookDelivery).where(_ended(before)))
    told = select(WebhookDelivery.event_id).where(WebhookDelivery.event_id == WebhookEvent.id)
    events = _deleted(
        session,
        delete(WebhookEvent).where(WebhookEvent.occurred_at < before, ~told.exists()),
    )
    counts = {"deliveries": deliveries, "events": events}
    if any(counts.values()):
        said = {**counts, "before": f"{clock.civil(before).date()}"}
        record(
            session, "webhook.cleared_away", by=SYSTEM, on=("webhook_events", "old"), details=said
        )
    return counts


def _ended(before: datetime) -> ColumnElement[bool]:
    at = func.coalesce(WebhookDelivery.delivered_at, WebhookDelivery.parked_at)
    return WebhookDelivery.due_at.is_(None) & (at < before)


def _deleted(session: Session, statement: Delete) -> int:
    done = session.execute(statement)
    return done.rowcount if isinstance(done, CursorResult) else 0
