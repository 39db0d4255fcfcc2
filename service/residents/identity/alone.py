"""One identity act at a time in the whole county."""

from sqlalchemy import text
from sqlalchemy.orm import Session


def alone(session: Session) -> None:
    """Wait until nobody else merges, splits or looks at identities, and keep it so to the end.

    Row locks alone are not enough: whoever waits for one row of a group may find, once it is free,
    that the group has grown by rows that come earlier in the order of locking, and a ring of such
    waits is a deadlock.
    """
    session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('anxin.identity', 0))"))
