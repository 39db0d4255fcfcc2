"""Write an event as the bytes that are sent: the same however often, without a person in them."""

import json
from typing import Any

from service.foundation import clock
from service.foundation.ids import reference_of
from service.webhooks.kinds import DAY_CLOSED, TEST
from service.webhooks.models import WebhookEvent


def message_id(event: WebhookEvent) -> str:
    """Return what a receiver knows an event by, however often it comes."""
    return f"evt_{event.id.hex}"


def body(event: WebhookEvent) -> bytes:
    """Return the JSON of one event: type, version, when it happened, and what."""
    said = {
        "type": event.kind,
        "version": event.version,
        "timestamp": clock.civil(event.occurred_at).isoformat(timespec="seconds"),
        "data": {"sequence": event.seq, **_data(event)},
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _data(event: WebhookEvent) -> dict[str, Any]:
    if event.kind == TEST:
        return {"endpoint": event.about}
    if event.kind == DAY_CLOSED:
        channel, _, day = event.about.rpartition(" ")
        return {"channel": channel, "day": day}
    about = {
        "batch_no": event.about,
        "programme": event.programme,
        "month": event.month,
        "count": event.count,
        "amount_fen": event.amount_fen,
    }
    if not event.payments:
        return about
    state = event.kind.partition(".")[2]
    lines = zip(event.payments, event.amounts_fen, event.periods, event.codes, strict=True)
    return {
        **about,
        "payments": [
            {
                "reference": reference_of(number),
                "state": state,
                "period": period,
                "amount_fen": amount_fen,
                "reason_code": code,
            }
            for number, amount_fen, period, code in lines
        ],
    }
