"""What waits for administrators: endpoints to confirm, those the service switched off, parked events."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.officers.may import may
from service.officers.models import Officer
from service.web.language import gettext, ngettext
from service.web.queue import WaitingItem
from service.webhooks.models import WebhookDelivery, WebhookEndpoint


def endpoints(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return what an administrator has to see to."""
    items = []
    if may(officer, "webhooks.confirm"):
        count, since = session.execute(
            select(func.count(), func.min(WebhookEndpoint.proposed_at)).where(
                WebhookEndpoint.state == "proposed", WebhookEndpoint.proposed_by != officer.id
            )
        ).one()
        text = gettext("Decide who else is told what became of payments")
        items.append(WaitingItem(text, count, "/webhooks", since))
    if may(officer, "webhooks.operate"):
        items += [_switched_off(session), _parked(session)]
    return items


def _switched_off(session: Session) -> WaitingItem:
    count, since = session.execute(
        select(func.count(), func.min(WebhookEndpoint.off_at)).where(
            WebhookEndpoint.state == "off", WebhookEndpoint.off_because != "officer"
        )
    ).one()
    text = ngettext(
        "A receiver of events answers no more and was switched off",
        "Receivers of events answer no more and were switched off",
        count,
    )
    return WaitingItem(text, count, "/webhooks", since)


def _parked(session: Session) -> WaitingItem:
    count, since = session.execute(
        select(func.count(), func.min(WebhookDelivery.parked_at))
        .join(WebhookEndpoint, WebhookEndpoint.id == WebhookDelivery.endpoint_id)
        .where(WebhookDelivery.parked_at.is_not(None), WebhookEndpoint.state == "active")
    ).one()
    text = gettext("Events that a receiver would not take were parked")
    return WaitingItem(text, count, "/webhooks", since)
