"""Look at endpoints, what waits for them, and what became of their deliveries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.foundation.problems import NotFound
from service.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookTry

PAGE = 50
_PAST = ("refused", "withdrawn", "ended")


@dataclass(frozen=True)
class Delivered:
    """One event on its way, with the last try."""

    event: WebhookEvent
    delivery: WebhookDelivery
    last: WebhookTry | None

    @property
    def outcome(self) -> Literal["delivered", "waiting", "parked"]:
        """Return delivered, parked or waiting."""
        if self.delivery.delivered_at is not None:
            return "delivered"
        return "parked" if self.delivery.parked_at is not None else "waiting"


@dataclass(frozen=True)
class Counts:
    """How many deliveries of an endpoint stand where, and since when the oldest waits."""

    waiting: int = 0
    parked: int = 0
    delivered: int = 0
    waiting_since: datetime | None = None


def every(session: Session) -> list[WebhookEndpoint]:
    """Return all endpoints, those that ended last."""
    found = session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.proposed_at.desc()))
    return sorted(found, key=lambda one: one.state in _PAST)


def by_id(session: Session, endpoint_id: UUID) -> WebhookEndpoint:
    """Return one endpoint; raises NotFound."""
    found = session.get(WebhookEndpoint, endpoint_id)
    if found is None:
        raise NotFound("endpoint")
    return found


def counts(session: Session) -> dict[UUID, Counts]:
    """Return what stands where, by endpoint."""
    rows = session.execute(
        select(
            WebhookDelivery.endpoint_id,
            func.count(WebhookDelivery.due_at),
            func.count(WebhookDelivery.parked_at),
            func.count(WebhookDelivery.delivered_at),
            func.min(WebhookEvent.occurred_at).filter(WebhookDelivery.due_at.is_not(None)),
        )
        .join(WebhookEvent, WebhookEvent.id == WebhookDelivery.event_id)
        .group_by(WebhookDelivery.endpoint_id)
    )
    return {row[0]: Counts(*row[1:]) for row in rows}


def deliveries(
    session: Session, endpoint_id: UUID, page: int = 1, *, parked: bool = False
) -> tuple[list[Delivered], int]:
    """Return a page of an endpoint's deliveries, the newest event first, and how many there are."""
    mine = WebhookDelivery.endpoint_id == endpoint_id
    if parked:
        mine &= WebhookDelivery.parked_at.is_not(None)
    total = session.scalar(select(func.count()).select_from(WebhookDelivery).where(mine)) or 0
    last = (
        select(func.max(WebhookTry.id))
        .where(
            WebhookTry.endpoint_id == WebhookDelivery.endpoint_id,
            WebhookTry.event_id == WebhookDelivery.event_id,
        )
        .correlate(WebhookDelivery)
        .scalar_subquery()
    )
    rows = session.execute(
        select(WebhookEvent, WebhookDelivery, WebhookTry)
        .join(WebhookDelivery, WebhookDelivery.event_id == WebhookEvent.id)
        .outerjoin(WebhookTry, WebhookTry.id == last)
        .where(mine)
        .order_by(WebhookDelivery.seq.desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    )
    return [Delivered(event, delivery, tried) for event, delivery, tried in rows], total
