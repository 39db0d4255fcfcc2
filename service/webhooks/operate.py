"""Look after an endpoint: try it out, change its secret, switch it off and on, send again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from service.audit.moves import move
from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.webhooks import held_secrets, outbox
from service.webhooks.agree import details, locked
from service.webhooks.kinds import TEST
from service.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from service.webhooks.problems import WebhookNotOn, WebhookReplayUnusable

REPLAY_MAX = 10_000
_ACT = "webhooks.operate"


def try_out(
    session: Session, endpoint_id: UUID, *, by: Officer, session_id: str = ""
) -> WebhookEvent:
    """Send a test event; raises NotAllowed, NotFound, WebhookNotOn."""
    endpoint = _running(session, endpoint_id, by)
    event = WebhookEvent(kind=TEST, lane=endpoint.id, about=endpoint.name, endpoint_id=endpoint.id)
    outbox.write(session, event)
    _tell(session, endpoint, "webhook.tried", by, session_id)
    return event


def rotate(session: Session, endpoint_id: UUID, *, by: Officer, session_id: str = "") -> str:
    """Make a new secret and return it; both sign for a day. Raises NotAllowed, NotFound."""
    require(by, _ACT)
    endpoint = locked(session, endpoint_id)
    if endpoint.state in ("refused", "withdrawn", "ended"):
        raise WebhookNotOn
    secret = held_secrets.make(session, endpoint.id)
    _tell(session, endpoint, "webhook.secret_changed", by, session_id)
    return secret


def switch_off(
    session: Session, endpoint_id: UUID, *, by: Officer, session_id: str = ""
) -> WebhookEndpoint:
    """Send nothing more for now; what waits goes on waiting. Raises NotAllowed, NotFound, IllegalMove."""
    require(by, _ACT)
    endpoint = locked(session, endpoint_id)
    endpoint.off_at, endpoint.off_because = clock.now(), "officer"
    move(session, endpoint, "off", by=by.actor(session_id), details={"because": "officer"})
    return endpoint


def switch_on(
    session: Session, endpoint_id: UUID, *, by: Officer, session_id: str = ""
) -> WebhookEndpoint:
    """Send again to an endpoint that was confirmed once; raises NotAllowed, NotFound, IllegalMove."""
    require(by, _ACT)
    endpoint = locked(session, endpoint_id)
    endpoint.failing_since, endpoint.failures, endpoint.not_before = None, 0, None
    endpoint.off_because = ""
    move(session, endpoint, "active", by=by.actor(session_id), details=details(endpoint))
    outbox.wake(session)
    return endpoint


def end(
    session: Session, endpoint_id: UUID, *, by: Officer, session_id: str = ""
) -> WebhookEndpoint:
    """End an endpoint for good; raises NotAllowed, NotFound, IllegalMove."""
    require(by, _ACT)
    endpoint = locked(session, endpoint_id)
    move(session, endpoint, "ended", by=by.actor(session_id), details=details(endpoint))
    return endpoint


def replay_one(
    session: Session, endpoint_id: UUID, event_id: UUID, *, by: Officer, session_id: str = ""
) -> int:
    """Send one event again under its own id; raises NotAllowed, NotFound, WebhookNotOn."""
    endpoint = _running(session, endpoint_id, by)
    sent = _again(session, _heard(endpoint).where(WebhookEvent.id == event_id))
    if not sent:
        raise NotFound("event")
    _tell(session, endpoint, "webhook.replayed", by, session_id, events=1)
    return sent


def replay_between(
    session: Session,
    endpoint_id: UUID,
    since: datetime,
    until: datetime,
    *,
    by: Officer,
    session_id: str = "",
) -> int:
    """Send again everything that the endpoint hears of and that happened from one moment to another.

    Raises NotAllowed, NotFound, WebhookNotOn, WebhookReplayUnusable.
    """
    endpoint = _running(session, endpoint_id, by)
    if since >= until:
        raise WebhookReplayUnusable(
            "The end must lie after the beginning.", "结束时间须晚于开始时间。"
        )
    chosen = _heard(endpoint).where(
        WebhookEvent.occurred_at >= since, WebhookEvent.occurred_at < until
    )
    count = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    if count > REPLAY_MAX:
        raise WebhookReplayUnusable(
            f"These are {count} events; at most {REPLAY_MAX} are sent again at once. Take a shorter time.",
            f"该时段共有 {count} 个事件，一次最多重发 {REPLAY_MAX} 个，请缩短时段。",
        )
    sent = _again(session, chosen)
    _tell(session, endpoint, "webhook.replayed", by, session_id, events=sent)
    return sent


def _heard(endpoint: WebhookEndpoint) -> Select[Any, Any, Any, Any, Any]:
    return (
        select(
            WebhookEndpoint.id,
            WebhookEvent.id,
            WebhookEvent.seq,
            WebhookEvent.lane,
            literal(clock.now(), WebhookEvent.occurred_at.type),
        )
        .select_from(WebhookEvent)
        .join(WebhookEndpoint, WebhookEndpoint.id == endpoint.id)
        .where(outbox.reach(WebhookEvent.__table__.c))
    )


def _again(session: Session, chosen: Select[Any, Any, Any, Any, Any]) -> int:
    names = ("endpoint_id", "event_id", "seq", "lane", "due_at")
    made = upsert(WebhookDelivery).from_select(names, chosen)
    sent = session.execute(
        made.on_conflict_do_update(
            index_elements=["endpoint_id", "event_id"],
            set_={
                "due_at": made.excluded.due_at,
                "delivered_at": None,
                "parked_at": None,
                "tries": 0,
            },
        ).returning(WebhookDelivery.event_id)
    ).all()
    outbox.wake(session)
    return len(sent)


def _running(session: Session, endpoint_id: UUID, by: Officer) -> WebhookEndpoint:
    require(by, _ACT)
    endpoint = locked(session, endpoint_id)
    if endpoint.state != "active":
        raise WebhookNotOn
    return endpoint


def _tell(
    session: Session,
    endpoint: WebhookEndpoint,
    act: str,
    by: Officer,
    session_id: str,
    **said: object,
) -> None:
    record(
        session,
        act,
        by=by.actor(session_id),
        on=("webhook_endpoints", endpoint.id),
        details=dict(said),
    )
