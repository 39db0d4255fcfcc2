"""What waits for the maker: lists that nobody has submitted yet, with what is held in them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.batches import figures, queries
from service.batches.about import sees_whole
from service.batches.models import Batch
from service.batches.words import programme_name
from service.officers.may import may
from service.officers.models import Officer
from service.web.filters import yuan
from service.web.language import gettext
from service.web.queue import WaitingItem


def to_submit(session: Session, officer: Officer) -> list[WaitingItem]:
    """Return one item for each draft or returned batch that the officer may still submit."""
    if not may(officer, "batches.submit"):
        return []
    rows = session.execute(
        select(Batch, queries.since("returned"))
        .where(Batch.state.in_(("draft", "returned")), queries.not_acted_by(officer))
        .order_by(Batch.built_at, Batch.batch_no)
    ).all()
    rows = [row for row in rows if sees_whole(officer, row[0], "batches.submit")]
    totals = figures.totals_of(session, [batch.id for batch, _ in rows])
    items = []
    for batch, returned_at in rows:
        sums = totals[batch.id]
        said = gettext("Submit again") if batch.state == "returned" else gettext("Submit")
        note = gettext("%(amount)s yuan to pay") % {"amount": yuan(sums.payable_fen)}
        if sums.held:
            note += gettext("; %(held)s lines held") % {"held": sums.held}
        items.append(
            WaitingItem(
                f"{said} {programme_name(batch.programme)} {batch.batch_no}",
                sums.lines,
                f"/batches/{batch.batch_no}",
                returned_at or batch.built_at,
                note,
            )
        )
    return items
