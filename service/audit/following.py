"""What an upper stage does when an act is recorded: in the same transaction, without the lower one knowing."""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy.orm import Session

Follower = Callable[[Session, str], None]
"""Called with the session of the act and the id of what it was done to."""

_FOLLOWERS: dict[str, Follower] = {}


def follow(act: str, follower: Follower) -> None:
    """Let ``follower`` do its part whenever ``act`` is recorded; one an act."""
    _FOLLOWERS[act] = follower


def tell_follower(session: Session, act: str, thing: str | UUID) -> None:
    """Let whoever follows an act do its part."""
    follower = _FOLLOWERS.get(act)
    if follower is not None:
        follower(session, str(thing))
