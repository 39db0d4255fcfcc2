"""Imports of one feed follow one another; two feeds that meet the same person make one person."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from service.foundation.database import make_engine
from service.foundation.migrating import upgrade
from service.residents.importing import import_delivery
from service.residents.models import Delivery, Person, PersonIdentifier
from tests.service.residents.importing.deliveries import OFFICE, delivery, rows


@pytest.fixture
def engine_of_its_own(server_url: str, worker_name: str) -> Iterator[Engine]:
    """A database in which a test may commit: two transactions see only what was committed."""
    name = f"turns_{worker_name}"
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)".encode())
        connection.execute(f"CREATE DATABASE {name}".encode())
    upgrade(f"{server_url}/{name}")
    engine = make_engine(f"{server_url}/{name}")
    yield engine
    engine.dispose()
    with psycopg.connect(f"{server_url}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _import(session: Session, feed: str) -> UUID:
    content = delivery(feed, *rows(feed, range(20)))
    return import_delivery(session, feed, content, "a.csv", by=OFFICE).id


def _one_while_the_other_is_open(engine: Engine, first: str, second: str) -> tuple[UUID, UUID]:
    """Import two feeds at once, the second one while the first is not yet committed."""
    done = threading.Event()

    def import_second() -> UUID:
        with Session(engine) as session, session.begin():
            found = _import(session, second)
            done.set()
        return found

    with ThreadPoolExecutor(1) as pool, Session(engine) as session:
        one = _import(session, first)
        future = pool.submit(import_second)
        assert not done.wait(1.0), "the second import did not wait for the first"
        session.commit()
        return one, future.result(timeout=60)


def _count(engine: Engine, model: type[Delivery | Person | PersonIdentifier]) -> int:
    with Session(engine) as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_the_same_file_sent_twice_at_once_is_one_delivery(engine_of_its_own: Engine) -> None:
    one, two = _one_while_the_other_is_open(engine_of_its_own, "CZ_PAY", "CZ_PAY")
    assert one == two
    assert _count(engine_of_its_own, Delivery) == 1
    assert _count(engine_of_its_own, Person) == 20


def test_two_feeds_that_bring_the_same_new_people_at_once_do_not_make_them_twice(
    engine_of_its_own: Engine,
) -> None:
    one, two = _one_while_the_other_is_open(engine_of_its_own, "CZ_PAY", "TY_SERV")
    assert one != two
    assert _count(engine_of_its_own, Person) == 20
    assert _count(engine_of_its_own, PersonIdentifier) == 20
