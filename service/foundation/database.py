"""The database: one metadata, one engine a process, one transaction a request or task."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, DateTime, Engine, MetaData, create_engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import DeclarativeBase, Session

from service.foundation.engines import database_url

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table of ours."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {  # noqa: RUF012 - read by SQLAlchemy as a class attribute
        int: BigInteger,
        datetime: DateTime(timezone=True),
    }


_HABITS = "-c timezone=UTC -c lock_timeout=30s -c client_connection_check_interval=1s"
"""Of every connection. The server looks each second whether who asked still lives: what a killed
process was doing would otherwise hold its locks to the statement's end, and others would wait."""

_AFTERWARDS = "after_commit"
_GIVEN_BACK = "given_back"
_IDLE_SECONDS = 1.0


@lru_cache(maxsize=1)
def engine() -> Engine:
    """Return the engine of this process; starts the embedded server if none is configured."""
    return make_engine(database_url())


def make_engine(url: str, **options: Any) -> Engine:
    """Return an engine on ``url`` with our driver and habits."""
    driver_url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    made = create_engine(
        driver_url,
        pool_size=8,
        max_overflow=8,
        # The one that was used last knows its statements already.
        pool_use_lifo=True,
        # Errors would otherwise quote the values of a statement, and values may be personal.
        hide_parameters=True,
        connect_args={"options": _HABITS, "connect_timeout": 10},
        **options,
    )
    _ask_the_idle(made)
    return made


def _ask_the_idle(made: Engine) -> None:
    """Ask a connection that nobody used for a while whether its server still answers.

    SQLAlchemy would ask each time one is taken (`pool_pre_ping`), which is a third of a short question.
    """

    def give_back(_connection: Any, record: Any) -> None:
        record.info[_GIVEN_BACK] = time.monotonic()

    def take(connection: Any, record: Any, _proxy: Any) -> None:
        if time.monotonic() - record.info.get(_GIVEN_BACK, 0.0) < _IDLE_SECONDS:
            return
        try:
            made.dialect.do_ping(connection)
        except made.dialect.loaded_dbapi.Error:
            # The pool then gives away all that are as old, and makes a fresh one for whoever asks.
            raise InvalidatePoolError from None

    event.listen(made, "checkin", give_back)
    event.listen(made, "checkout", take)


@contextmanager
def transaction(bound: Engine | None = None) -> Iterator[Session]:
    """Open a session that commits at the end or rolls back: the only place that commits."""
    with Session(bound or engine(), expire_on_commit=False) as session, session.begin():
        yield session
    for act in session.info.pop(_AFTERWARDS, ()):
        act()


def after_commit(session: Session, act: Callable[[], None]) -> None:
    """Let ``act`` follow once the session's transaction is committed, before whoever opened it goes on.

    It must not raise: what was done is done.
    """
    session.info.setdefault(_AFTERWARDS, []).append(act)
