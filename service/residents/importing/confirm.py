"""The steward's word about a delivery that waits: take it over after all, or send it back."""

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.moves import IllegalMove, move, step
from service.audit.record import record
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.residents import feeds
from service.residents.importing.content import drop_content, kept_content
from service.residents.importing.deliver import finish, refusal_of, wait_for_turn
from service.residents.importing.mapping import check, remember, remembered
from service.residents.importing.refusals import ColumnsUnknown, DeliveryWaits
from service.residents.importing.take import Taken, take
from service.residents.models import Delivery, RejectedRow

_REASON_CHARS_MIN = 4


class ReasonMissing(Problem):
    """Whoever decides about a delivery says why."""

    code = "reason_missing"
    status = 422
    title = "A reason is needed"

    def __init__(self) -> None:
        super().__init__(
            "Say why, in a few words; it is kept with the delivery.",
            "请写明理由，理由将随报送留存。",
        )


def confirm(
    session: Session,
    delivery_id: UUID,
    *,
    by: Actor,
    reason: str,
    mapping: Mapping[str, str] | None = None,
) -> Delivery:
    """Import a delivery that waits; ``mapping`` is header → field where its headers were unknown.

    A mapping is remembered for this layout; should the delivery be odd besides (too many faults,
    too few rows), it goes on waiting with that question. Raises :class:`ReasonMissing`,
    :class:`~service.residents.importing.mapping.MappingUnfit`,
    :class:`~service.foundation.spreadsheets.FileRefused` (still unreadable: it goes on waiting),
    :class:`~service.audit.moves.IllegalMove` (already decided) and
    :class:`~service.foundation.problems.NotFound`.
    """
    delivery = _waiting(session, delivery_id, reason)
    feed = feeds.feed(delivery.feed)
    refusal = delivery.refusal or {}
    mappings = remembered(session, feed)
    if mapping is not None and delivery.suggestion:
        layout = bytes.fromhex(delivery.suggestion["layout"])
        meant = check(mapping, feed)
        mappings[layout] = meant
        remember(session, feed, layout, meant, by=by)
    content = kept_content(session, delivery.id)
    taken = Taken()
    # Odd in another way than the headers is not yet answered for: that is asked separately.
    trusted = mapping is None or refusal.get("code") != "columns_unknown"
    division = str(refusal.get("division", ""))
    try:
        take(
            session, feed, delivery, content, taken,
            mappings=mappings, division=division, trusted=trusted,
        )  # fmt: skip
    except DeliveryWaits as odd:
        # With headers still unknown nothing was said that could be kept: the question stays.
        if trusted or isinstance(odd, ColumnsUnknown):
            raise
        return _goes_on_waiting(session, delivery, odd, division, by)
    session.execute(delete(RejectedRow).where(RejectedRow.delivery_id == delivery.id))
    _decided(session, delivery, by, reason)
    finish(session, delivery, taken, step(delivery, "imported"), by=by)
    return delivery


def _goes_on_waiting(
    session: Session, delivery: Delivery, odd: DeliveryWaits, division: str, by: Actor
) -> Delivery:
    """Keep what was said about the headers, and ask about what is odd besides."""
    before = str((delivery.refusal or {}).get("code", ""))
    delivery.refusal = refusal_of(odd, division)
    delivery.suggestion = None
    record(
        session, "feed.columns_said", by=by, on=("deliveries", delivery.id),
        details={"feed": delivery.feed, "asked": before, "asks": odd.code},
    )  # fmt: skip
    session.flush()
    return delivery


def decline(session: Session, delivery_id: UUID, *, by: Actor, reason: str) -> Delivery:
    """Send a waiting delivery back; its rejected rows stay to be looked at.

    Raises :class:`ReasonMissing`, :class:`~service.audit.moves.IllegalMove` and
    :class:`~service.foundation.problems.NotFound`.
    """
    delivery = _waiting(session, delivery_id, reason)
    _decided(session, delivery, by, reason)
    move(session, delivery, "declined", by=by, reason=reason, details={"feed": delivery.feed})
    return delivery


def _waiting(session: Session, delivery_id: UUID, reason: str) -> Delivery:
    """Return the delivery, locked after the feed's turn was taken: imports take them that way."""
    if len(reason.strip()) < _REASON_CHARS_MIN:
        raise ReasonMissing
    found = session.get(Delivery, delivery_id)
    if found is None:
        raise NotFound("delivery")
    wait_for_turn(session, feeds.feed(found.feed))
    delivery = session.scalars(
        select(Delivery)
        .where(Delivery.id == delivery_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if delivery.state != "waiting":
        raise IllegalMove(delivery.spoken_name, delivery.state, "imported")
    return delivery


def _decided(session: Session, delivery: Delivery, by: Actor, reason: str) -> None:
    delivery.decided_at, delivery.decided_by = clock.now(), by.id
    delivery.decision_reason = reason.strip()
    drop_content(session, delivery.id)
