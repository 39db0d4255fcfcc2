"""Say whether this process can work: its database, its queue, and how fresh the signed log is."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import redis
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from service.foundation.engines import redis_url
from service.foundation.problems import Problem
from service.web.transactions import Opener

_SECONDS_MAX = 2


def check(
    transaction: Opener,
    last_sequenced: Callable[[Session], datetime | None],
    trouble: Callable[[Session], Problem | None],
) -> tuple[int, dict[str, Any]]:
    """Return an HTTP status and what to say: 503 when the database is down or the log has ``trouble``.

    Without the queue nothing is lost, only later: sweepers find the work in the database.
    """
    sequenced: datetime | None = None
    wrong: Problem | None = None
    try:
        with transaction() as session:
            session.execute(text(f"SET LOCAL statement_timeout = '{_SECONDS_MAX}s'"))
            sequenced = last_sequenced(session)
            wrong = trouble(session)
        database = True
    except (SQLAlchemyError, OSError, RuntimeError):
        database = False
    queue = queue_answers()
    working = database and wrong is None
    state = "ok" if working and queue else ("degraded" if working else "down")
    said = {
        "status": state,
        "database": "ok" if database else "down",
        "queue": "ok" if queue else "down",
        "last_sequenced_at": sequenced.isoformat() if sequenced else None,
        "log": "ok" if wrong is None else wrong.code,
    }
    if wrong is not None:
        said |= {"sentence": wrong.sentence, "sentence_zh": wrong.sentence_zh}
    return (200 if working else 503), said


def queue_answers() -> bool:
    """Return whether the queue's server answers a ping."""
    try:
        client = redis.Redis.from_url(
            redis_url(), socket_connect_timeout=_SECONDS_MAX, socket_timeout=_SECONDS_MAX
        )
        try:
            return bool(client.ping())
        finally:
            client.close()
    except (redis.RedisError, OSError, RuntimeError):
        return False
