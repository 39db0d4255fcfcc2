"""Who is told as lines move: an upper stage adds statements of its own to the one that moves them.

A million lines move in one statement; whatever is to be written beside them is written by the same
one, of exactly the lines that moved, and costs nothing while nobody wants it.
"""

from collections.abc import Callable, Sequence

from sqlalchemy import CTE, ColumnElement, func, select
from sqlalchemy.orm import Session

from service.batches.models import Payment

RETURNED = (Payment.batch_id, Payment.division, Payment.period, Payment.result_code)
"""What a follower gets of each moved line, beside ``id`` and ``amount_fen``."""

Adding = Callable[[CTE], Sequence[CTE]]
"""Given the moved lines, returns the statements that go with them."""
Follower = Callable[[Session, str], Adding | None]
"""Asked with the new state before lines move; returns None where nobody wants to know."""

_followers: list[Follower] = []


def follow_lines(follower: Follower) -> None:
    """Let an upper stage follow every move of lines from now on."""
    _followers.append(follower)


def added_for(session: Session, then: str) -> Adding | None:
    """Return what is added to a move to the state ``then``, or None when nobody follows it."""
    asked = [found for one in _followers if (found := one(session, then)) is not None]
    if not asked:
        return None
    return lambda moved: [added for one in asked for added in one(moved)]


def tell_of_new(session: Session, which: ColumnElement[bool], state: str) -> None:
    """Tell followers of lines that began in a state, which no move brought there."""
    follow = added_for(session, state)
    if follow is None:
        return
    begun = select(Payment.id, Payment.amount_fen, *RETURNED).where(which).cte("begun")
    session.execute(select(func.count()).select_from(begun).add_cte(*follow(begun)))
