"""Imports of one feed follow one another; two feeds that meet the same person make one person."""

import threading
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.residents.importing import import_delivery
from service.residents.models import Delivery, PersonIdentifier
from tests.service.residents.importing.deliveries import OFFICE, delivery, rows


def _waits(engine: Engine, first: tuple[str, bytes], second: tuple[str, bytes]) -> bool:
    """Return whether the second import waits until the first one's transaction is over."""
    done = threading.Event()

    def import_second() -> int:
        with Session(engine) as session:
            import_delivery(session, *second, "b.csv", by=OFFICE)
            done.set()
            count = len(session.scalars(select(Delivery)).all())
            count += 100 * len(session.scalars(select(PersonIdentifier)).all())
            session.rollback()
        return count

    with Session(engine) as session, ThreadPoolExecutor(1) as pool:
        import_delivery(session, *first, "a.csv", by=OFFICE)
        future = pool.submit(import_second)
        waited = not done.wait(1.0)
        session.rollback()
        assert future.result(timeout=30) == 1 + 100 * 20
    return waited


def test_a_second_import_of_the_same_feed_waits_for_the_first(database_engine: Engine) -> None:
    content = delivery("CZ_PAY", *rows("CZ_PAY", range(20)))
    assert _waits(database_engine, ("CZ_PAY", content), ("CZ_PAY", content))


def test_two_feeds_that_bring_the_same_new_people_do_not_make_them_twice(
    database_engine: Engine,
) -> None:
    first = ("CZ_PAY", delivery("CZ_PAY", *rows("CZ_PAY", range(20))))
    second = ("TY_SERV", delivery("TY_SERV", *rows("TY_SERV", range(20))))
    assert _waits(database_engine, first, second)
