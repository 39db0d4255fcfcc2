"""The same bytes again: said once more, arrived twice, or an old file in place of a new one."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.audit.actor import Actor
from service.audit.record import record
from service.foundation import clock
from service.residents.feeds import Feed
from service.residents.importing.refusals import OlderAgain
from service.residents.models import Delivery


def same_bytes(
    session: Session, feed: Feed, sha256: bytes, as_of: date | None, *, by: Actor
) -> Delivery | None:
    """Return the delivery that these bytes already are, or None if they have to be read.

    Bytes that wait for the steward are that delivery. Bytes that are still the newest word are
    confirmed by coming again; said of an earlier day they are that day's list. An old full list after a newer one raises :class:`OlderAgain`, unless
    the department names a later day for it: then it is news. Refused bytes are tried again: the
    reason may be gone.
    """
    known = session.scalars(
        select(Delivery)
        .where(
            Delivery.feed == feed.code,
            Delivery.sha256 == sha256,
            Delivery.state.in_(("imported", "waiting")),
        )
        .order_by(Delivery.as_of.desc(), Delivery.received_at.desc())
    ).first()
    if known is None or known.state == "waiting":
        return known
    if feed.mode == "full" and as_of is not None and as_of < (known.first_as_of or known.as_of):
        return None
    newest = _newest(session, feed)
    if newest is None or newest.id == known.id or known.mode == "correction":
        return _confirmed(session, known, as_of, by)
    if feed.mode == "incremental" or (as_of is not None and as_of <= known.as_of):
        return known
    if as_of is not None and as_of > newest.as_of:
        return None
    raise OlderAgain(day=known.as_of.isoformat(), feed=feed.code)


def refused_before(session: Session, delivery: Delivery, code: str) -> Delivery | None:
    """Return an earlier delivery of the same bytes that was refused for the same reason."""
    return session.scalars(
        select(Delivery).where(
            Delivery.feed == delivery.feed,
            Delivery.sha256 == delivery.sha256,
            Delivery.state == "refused",
            Delivery.refusal["code"].astext == code,
            Delivery.id != delivery.id,
        )
    ).first()


def same_content(session: Session, delivery: Delivery) -> bool:
    """Return whether an earlier delivery said exactly the same rows, in whatever order."""
    found = session.scalars(
        select(Delivery.id).where(
            Delivery.feed == delivery.feed,
            Delivery.state == "imported",
            Delivery.content_digest == delivery.content_digest,
            Delivery.id != delivery.id,
        )
    ).first()
    return found is not None


def _newest(session: Session, feed: Feed) -> Delivery | None:
    return session.scalars(
        select(Delivery)
        .where(Delivery.feed == feed.code, Delivery.state == "imported", Delivery.mode == feed.mode)
        .order_by(Delivery.as_of.desc(), Delivery.received_at.desc())
        .limit(1)
    ).first()


def _confirmed(session: Session, known: Delivery, as_of: date | None, by: Actor) -> Delivery:
    """Note that the newest delivery was said once more: it is as fresh as today."""
    known.confirmed_at = clock.now()
    if known.mode == "full":
        # What it says was said first on the day it was first of: past months are decided by that.
        known.first_as_of = known.first_as_of or known.as_of
        known.as_of = max(known.as_of, as_of or clock.today())
    record(
        session, "feed.said_again", by=by, on=("deliveries", known.id),
        details={"feed": known.feed, "as_of": known.as_of.isoformat()},
    )  # fmt: skip
    session.flush()
    return known
