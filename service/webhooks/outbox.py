"""Write events into the transaction in which something happened: in sets, and only when somebody listens.

A page holds at most `PAGE` payments of one batch. Where some endpoint hears of one township alone,
pages are also cut by township, so that none tells it of another's lines.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    Text,
    and_,
    cast,
    func,
    insert,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from service.audit.following import follow
from service.batches.followed import Adding, follow_lines
from service.batches.models import Batch
from service.foundation import clock, ids
from service.foundation.jobs import enqueue
from service.ledger.models import BankChannel
from service.reconciliation.models import BankDay
from service.webhooks.kinds import BATCH_SIGNED, BY_STATE, DAY_CLOSED, VERSION
from service.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent

PAGE = 500
_LISTENS = ("active", "off")
"""Events are kept for an endpoint that is off, too: it may ask for them again."""
DELIVER = "webhooks.deliver"


def reach(event: Any) -> ColumnElement[bool]:
    """Return whether an endpoint hears of an event: `event` has kind, programme, division, endpoint_id."""
    near = func.left(event.division, func.length(WebhookEndpoint.division))
    return or_(
        event.endpoint_id == WebhookEndpoint.id,
        and_(
            event.endpoint_id.is_(None),
            event.kind == func.any(WebhookEndpoint.kinds),
            or_(event.programme == "", event.programme == func.any(WebhookEndpoint.programmes)),
            or_(event.kind == DAY_CLOSED, near == WebhookEndpoint.division),
        ),
    )


def lines_moved(session: Session, then: str) -> Adding | None:
    """Return what writes the events of lines that move to a state; None where nobody listens."""
    kind = BY_STATE.get(then)
    if kind is None:
        return None
    places = session.scalars(
        select(WebhookEndpoint.division).where(
            WebhookEndpoint.state.in_(_LISTENS), literal(kind) == func.any(WebhookEndpoint.kinds)
        )
    ).all()
    if not places:
        return None
    wake(session)
    by_township, now = any(places), clock.now()
    return lambda moved: _pages(moved, kind, now, by_township=by_township)


def wake(session: Session) -> None:
    """Ask for a delivery once this is committed."""
    enqueue(session, DELIVER, str(ids.uuid7()))


def batch_signed(session: Session, batch_id: str) -> None:
    """Write that a batch is signed."""
    if not _anybody(session, BATCH_SIGNED):
        return
    batch = session.get_one(Batch, UUID(batch_id))
    event = WebhookEvent(
        kind=BATCH_SIGNED,
        lane=batch.id,
        about=batch.batch_no,
        programme=batch.programme,
        month=batch.month,
        division=batch.division,
        count=batch.frozen_count or 0,
        amount_fen=batch.frozen_fen or 0,
    )
    write(session, event)


def day_closed(session: Session, day_id: str) -> None:
    """Write that a bank's day is closed: which bank, which day, and no sums."""
    if not _anybody(session, DAY_CLOSED):
        return
    closed = session.get_one(BankDay, UUID(day_id))
    channel = session.get_one(BankChannel, closed.channel_id)
    about = f"{channel.code} {closed.day.isoformat()}"
    write(session, WebhookEvent(kind=DAY_CLOSED, lane=channel.id, about=about))


def write(session: Session, event: WebhookEvent) -> None:
    """Insert one event and a delivery for each endpoint that is on and hears of it."""
    event.version, event.occurred_at = VERSION, clock.now()
    session.add(event)
    session.flush()
    kept = WebhookEvent.__table__.c
    session.execute(
        insert(WebhookDelivery).from_select(
            _DELIVERED, _sent_to(kept).where(kept.id == event.id, WebhookEndpoint.state == "active")
        )
    )
    wake(session)


_DELIVERED = ("endpoint_id", "event_id", "seq", "lane", "due_at")


def _sent_to(event: Any) -> Any:
    return select(WebhookEndpoint.id, event.id, event.seq, event.lane, event.occurred_at).where(
        reach(event)
    )


def _anybody(session: Session, kind: str) -> bool:
    listens = select(WebhookEndpoint.id).where(
        WebhookEndpoint.state.in_(_LISTENS), literal(kind) == func.any(WebhookEndpoint.kinds)
    )
    return session.scalar(listens.limit(1)) is not None


def _pages(moved: CTE, kind: str, now: datetime, *, by_township: bool) -> Sequence[CTE]:
    """Return two statements: the events of the moved lines, and their deliveries."""
    place: ColumnElement[str] = (
        func.coalesce(func.left(moved.c.division, 9), "") if by_township else literal("", Text)
    )
    at = func.row_number().over(partition_by=(moved.c.batch_id, place), order_by=moved.c.id)
    lines = select(
        moved.c.batch_id,
        place.label("place"),
        moved.c.id,
        moved.c.amount_fen,
        moved.c.period,
        moved.c.result_code,
        ((at - 1) // PAGE).label("page"),
    ).subquery("lines")
    heard = _worth_telling(kind)
    made = (
        select(
            func.gen_random_uuid(),
            literal(kind, Text),
            literal(VERSION),
            literal(now, WebhookEvent.occurred_at.type),
            Batch.id,
            Batch.batch_no,
            Batch.programme,
            Batch.month,
            lines.c.place,
            func.count(),
            cast(func.sum(lines.c.amount_fen), WebhookEvent.amount_fen.type),
            *(
                func.array_agg(aggregate_order_by(one, lines.c.id))
                for one in (lines.c.id, lines.c.amount_fen, lines.c.period, lines.c.result_code)
            ),
        )
        .join(Batch, Batch.id == lines.c.batch_id)
        .where(heard)
        .group_by(Batch.id, lines.c.place, lines.c.page)
        .order_by(Batch.id, lines.c.place, lines.c.page)
    )
    names = ("id", "kind", "version", "occurred_at", "lane", "about", "programme", "month", "division",
             "count", "amount_fen", "payments", "amounts_fen", "periods", "codes")  # fmt: skip
    events = (
        insert(WebhookEvent)
        .from_select(names, made)
        .returning(*WebhookEvent.__table__.c)
        .cte("webhook_pages")
    )
    sent = (
        insert(WebhookDelivery)
        .from_select(_DELIVERED, _sent_to(events.c).where(WebhookEndpoint.state == "active"))
        .cte("webhook_sent")
    )
    return [events, sent]


def _worth_telling(kind: str) -> ColumnElement[bool]:
    """Select the batches whose programme some endpoint of this kind hears of."""
    return (
        select(true())
        .where(
            WebhookEndpoint.state.in_(_LISTENS),
            literal(kind) == func.any(WebhookEndpoint.kinds),
            Batch.programme == func.any(WebhookEndpoint.programmes),
        )
        .exists()
    )


follow_lines(lines_moved)
follow("batch.signed", batch_signed)
follow("bank_day.closed", day_closed)
