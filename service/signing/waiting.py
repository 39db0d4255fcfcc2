"""What waits for a signer: approved batches whose bank files are written."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import queries
from service.batches.models import Batch
from service.batches.words import programme_name
from service.foundation import clock
from service.officers.may import may
from service.officers.models import Officer
from service.signing.until import DayOfBank, days_of
from service.web.filters import day, moment, yuan
from service.web.language import gettext
from service.web.queue import WaitingItem


def to_sign(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return one item for each prepared batch that the officer may sign."""
    if not may(officer, "signing.sign"):
        return []
    approved_at = queries.since("approved")
    rows = session.execute(
        select(Batch, approved_at)
        .where(Batch.state == "prepared", queries.not_acted_by(officer))
        .order_by(approved_at, Batch.batch_no)
    ).all()
    days = days_of(session, [batch.id for batch, _ in rows])
    said = gettext("Sign")
    return [
        WaitingItem(
            f"{said} {programme_name(batch.programme)} {batch.batch_no}",
            batch.frozen_count or 0,
            f"/batches/{batch.batch_no}/decide",
            since,
            _note(batch, days.get(batch.id, [])),
        )
        for batch, since in rows
    ]


def _note(batch: Batch, days: list[DayOfBank]) -> str:
    """Return what is paid, and until when it must be signed for its day."""
    amount = gettext("%(amount)s yuan to pay") % {"amount": yuan(batch.frozen_fen)}
    now = clock.now()
    first = next((one for one in days if one.until >= now), None)
    if first is None:
        return amount
    until = gettext("sign before %(until)s to be paid on %(day)s")
    said = until % {"until": moment(first.until), "day": day(first.day)}
    return gettext("%(one)s; %(other)s") % {"one": amount, "other": said}
