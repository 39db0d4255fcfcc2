"""Slow guessing down: an attempt is counted before its password is looked at.

After five failures of one user name the next attempt has to wait, twice as long each time, up to a
quarter of an hour; known and unknown names alike, so that waiting tells nothing. Many failures of
all names together make everybody wait a minute.
"""

from datetime import timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from service.foundation import clock
from service.foundation.problems import Problem
from service.officers import queries
from service.officers.models import SignInAttempt

FREE_FAILURES = 5
FAILURES_OF_ALL_MAX = 100
_FIRST_WAIT_SECONDS, _WAIT_SECONDS_MAX = 30, 900
_REMEMBERED = timedelta(hours=24)
_LOCK_SPACE = 0x5169


class TooManyAttempts(Problem):
    """Sign-ins failed too often; wait."""

    code = "too_many_attempts"
    status = 429
    title = "Too many attempts to sign in"

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        super().__init__(
            f"Too many attempts to sign in have failed; wait {minutes} min and try again.",
            f"登录失败次数过多，请等待 {minutes} 分钟后再试。",
        )
        self.retry_after_seconds = seconds


def admit(session: Session, username: str) -> SignInAttempt:
    """Count an attempt as failed until it proves right; raises :class:`TooManyAttempts`.

    Attempts of one name queue behind a lock, or a hundred at once would each see no failure yet.
    """
    session.execute(
        text("SELECT pg_advisory_xact_lock(:space, hashtext(:name))"),
        {"space": _LOCK_SPACE, "name": username},
    )
    at = clock.now()
    if queries.failures_of_all(session, at - timedelta(minutes=1)) >= FAILURES_OF_ALL_MAX:
        raise TooManyAttempts(60)
    count, last = queries.failures_of(session, username, at - _REMEMBERED)
    if last is not None and count >= FREE_FAILURES:
        free_at = last + timedelta(seconds=wait_seconds(count))
        if at < free_at:
            raise TooManyAttempts(int((free_at - at).total_seconds()) + 1)
    attempt = SignInAttempt(username=username, at=at, succeeded=False)
    session.add(attempt)
    session.flush()
    return attempt


def wait_seconds(failures: int) -> int:
    """Return how long the next attempt waits after a number of failures."""
    if failures < FREE_FAILURES:
        return 0
    doublings = min(failures - FREE_FAILURES, 10)
    return min(_FIRST_WAIT_SECONDS << doublings, _WAIT_SECONDS_MAX)
