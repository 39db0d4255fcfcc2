"""Send what is due: at least once, in order for each batch, later and later while it is not taken.

The row's lock is the lease: two workers never hold the same delivery, and a killed one leaves it as
it was, so that the event goes again under the same id. Events of one batch wait for the one before;
those of other batches do not. An endpoint that cannot be reached is left alone for a while as a
whole, and switched off when for days it took nothing.
"""

import random
import time
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session, aliased

from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.logs import logger
from service.webhooks import held_secrets, payload, signatures
from service.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookTry
from service.webhooks.post import Answer, post

DELAYS = tuple(
    timedelta(seconds=one)
    for one in (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 28_800, 43_200, 57_600, 86_400)
)
"""After each try that failed; together about three days, then the event is parked."""
JITTER = 0.2
LEFT_ALONE_MAX = timedelta(minutes=15)
OFF_AFTER = timedelta(days=3)
ROUND_SECONDS = 60.0
_OUT_OF_ORDER = frozenset({408, 425, 429, 500, 502, 503, 504})
_chance = random.SystemRandom()


def deliver_due(*, seconds: float = ROUND_SECONDS) -> int:
    """Send to every endpoint what is due, for a while; return how many tries that took."""
    until, tried = time.monotonic() + seconds, 0
    with transaction() as session:
        waiting = session.scalars(
            select(WebhookEndpoint.id)
            .where(
                WebhookEndpoint.state == "active",
                _is_let(),
                select(WebhookDelivery.seq)
                .where(
                    WebhookDelivery.endpoint_id == WebhookEndpoint.id,
                    WebhookDelivery.due_at <= clock.now(),
                )
                .exists(),
            )
            .order_by(WebhookEndpoint.id)
        ).all()
    going = list(waiting)
    while going and time.monotonic() < until:
        for endpoint_id in tuple(going):
            if deliver_next(endpoint_id):
                tried += 1
            else:
                going.remove(endpoint_id)
    return tried


def deliver_next(endpoint_id: UUID) -> bool:
    """Send an endpoint the first event that is due; return False when there is none, or it is left alone."""
    with transaction() as session:
        delivery = session.scalars(_next(endpoint_id)).first()
        if delivery is None:
            return False
        endpoint = session.get_one(WebhookEndpoint, endpoint_id)
        event = session.get_one(WebhookEvent, delivery.event_id)
        name, sent = payload.message_id(event), payload.body(event)
        at = clock.now()
        signed = signatures.headers(
            held_secrets.valid(session, endpoint_id), name, int(at.timestamp()), sent
        )
        note(session, delivery, post(endpoint.url, signed, sent), at)
    return True


def note(session: Session, delivery: WebhookDelivery, answer: Answer, at: datetime) -> None:
    """Keep what a try came to, and decide what follows: done, again later, or parked."""
    session.add(
        WebhookTry(
            endpoint_id=delivery.endpoint_id,
            event_id=delivery.event_id,
            at=at,
            outcome=answer.outcome,
            status=answer.status,
            milliseconds=answer.milliseconds,
            answer=answer.said,
        )
    )
    delivery.tries += 1
    endpoint = session.get_one(
        WebhookEndpoint,
        delivery.endpoint_id,
        # Moves of lines write rows that name the endpoint: they do not wait for this lock.
        with_for_update={"key_share": True},
        populate_existing=True,
    )
    now = clock.now()
    if answer.outcome == "taken":
        delivery.due_at, delivery.delivered_at = None, now
        if endpoint.failing_since is not None:
            endpoint.failing_since, endpoint.failures, endpoint.not_before = None, 0, None
        return
    if delivery.tries > len(DELAYS):
        delivery.due_at, delivery.parked_at = None, now
        logger("webhooks").error("webhook.parked", endpoint_id=str(endpoint.id))
    else:
        wait = max(_wait(delivery.tries), timedelta(seconds=answer.retry_after_seconds))
        delivery.due_at = now + wait
    _endpoint_failed(session, endpoint, answer, now)


def _endpoint_failed(
    session: Session, endpoint: WebhookEndpoint, answer: Answer, now: datetime
) -> None:
    endpoint.failing_since = endpoint.failing_since or now
    if answer.status is None or answer.status in _OUT_OF_ORDER:
        endpoint.failures += 1
        wait = min(_wait(endpoint.failures), LEFT_ALONE_MAX)
        asked = timedelta(seconds=min(answer.retry_after_seconds, LEFT_ALONE_MAX.seconds))
        endpoint.not_before = now + max(wait, asked)
    gone = answer.status == 410
    if endpoint.state == "active" and (gone or now - endpoint.failing_since >= OFF_AFTER):
        endpoint.off_at, endpoint.off_because = now, "gone" if gone else "silent"
        move(session, endpoint, "off", by=SYSTEM, details={"because": endpoint.off_because})


def _wait(failed: int) -> timedelta:
    """Return how long to wait after so many failures: a fifth more or less, so that nobody comes in step."""
    return DELAYS[min(failed, len(DELAYS)) - 1] * _chance.uniform(1 - JITTER, 1 + JITTER)


def _is_let() -> ColumnElement[bool]:
    return or_(WebhookEndpoint.not_before.is_(None), WebhookEndpoint.not_before <= clock.now())


def _next(endpoint_id: UUID) -> Select[WebhookDelivery]:
    """Select and lock the first due delivery before which nothing of its batch waits."""
    earlier = aliased(WebhookDelivery)
    waits = select(earlier.seq).where(
        earlier.endpoint_id == WebhookDelivery.endpoint_id,
        earlier.lane == WebhookDelivery.lane,
        earlier.due_at.is_not(None),
        earlier.seq < WebhookDelivery.seq,
    )
    return (
        select(WebhookDelivery)
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(
            WebhookDelivery.endpoint_id == endpoint_id,
            WebhookDelivery.due_at <= clock.now(),
            WebhookEndpoint.state == "active",
            _is_let(),
            ~waits.exists(),
        )
        .order_by(WebhookDelivery.seq)
        .limit(1)
        .with_for_update(of=WebhookDelivery, skip_locked=True)
    )
