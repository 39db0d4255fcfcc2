"""What waits for a reviewer: frozen lists, with their age and the last day of their notice."""

from sqlalchemy.orm import Session

from service.approvals.queries import in_review
from service.batches.words import programme_name
from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.web.filters import day, yuan
from service.web.language import gettext
from service.web.queue import WaitingItem


def to_review(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return one item for each batch that the officer may decide."""
    if not may(officer, "approvals.decide"):
        return []
    today = clock.today()
    items = []
    for waiting in in_review(session, officer):
        batch = waiting.batch
        note = gettext("%(amount)s yuan to pay") % {"amount": yuan(batch.frozen_fen)}
        if waiting.ends_on is not None and waiting.ends_on >= today:
            note += gettext("; notice until %(day)s") % {"day": day(waiting.ends_on)}
        elif waiting.ends_on is not None:
            note += gettext("; notice ended on %(day)s") % {"day": day(waiting.ends_on)}
        said = gettext("Review")
        items.append(
            WaitingItem(
                f"{said} {programme_name(batch.programme)} {batch.batch_no}",
                batch.frozen_count or 0,
                f"/batches/{batch.batch_no}/decide",
                waiting.since,
                note,
            )
        )
    return items
