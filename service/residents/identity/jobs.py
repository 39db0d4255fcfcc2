"""The job after each delivery that says who people are: disputes first, corrections then."""

from uuid import UUID

from sqlalchemy.orm import Session

from service.foundation.jobs import enqueue, job
from service.residents.identity.alone import alone
from service.residents.identity.corrections import apply_corrections
from service.residents.identity.disputes import open_disputes

FEEDS = frozenset({"GA_IDHIST", "GA_HUKOU", "WJ_BIRTH"})
"""Feeds whose deliveries are followed by a look at identities."""


@job("residents.identity", attempts_max=5)
def look_at_identities(session: Session, delivery_id: str) -> None:
    """Open disputes that a delivery shows and bring merges in line with what the police say."""
    # Each looks at everything, so that the order of deliveries does not matter.
    alone(session)
    open_disputes(session, UUID(delivery_id))
    apply_corrections(session, UUID(delivery_id))


def ask_for_look(session: Session, feed: str, delivery_id: UUID) -> None:
    """Ask for the job after an import, if the feed is one that says who people are."""
    if feed in FEEDS:
        enqueue(session, "residents.identity", str(delivery_id), delivery_id=delivery_id)
