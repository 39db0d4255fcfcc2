"""Resume a session from its token, if neither time nor anybody has ended it."""

from datetime import timedelta

from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.settings import settings
from service.officers import queries
from service.officers.models import Officer, OfficerSession
from service.officers.sign_in import token_hash_of

_SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last sight is kept; a write for every request would be for nothing."""


def resume(
    session: Session, token: str, *, by_itself: bool = False
) -> tuple[Officer, OfficerSession] | None:
    """Return whose token this is, or None when it opens nothing.

    ``by_itself`` marks what a page fetches without anybody touching it: that keeps nobody signed in.
    """
    found = queries.session_of(session, token_hash_of(token))
    if found is None:
        return None
    signed_in, officer = found
    now = clock.now()
    idle = now - signed_in.seen_at >= timedelta(minutes=settings().session_idle_minutes)
    old = now - signed_in.started_at >= timedelta(hours=settings().session_hours_max)
    # Nothing is written: the request that is refused here is rolled back anyway, and the same three
    # questions are asked again of the next one.
    if idle or old or not officer.active:
        return None
    if not by_itself and now - signed_in.seen_at >= _SEEN_EVERY:
        signed_in.seen_at = now
    return officer, signed_in
