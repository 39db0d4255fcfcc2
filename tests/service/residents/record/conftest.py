"""Fixtures: synthetic residents in the test's session, and one with a history."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents.models import FeedRecord, Person
from tests.factories import residents
from tests.factories.residents import (
    DeliveryFactory,
    FeedRecordFactory,
    PersonFactory,
    PersonIdentifierFactory,
    id_number,
)

HOME = "330523100200"
FOREIGN = "330523200200"
NUMBER = id_number(321, "19510405")


@pytest.fixture(autouse=True)
def made(session: Session) -> None:
    residents.use(session)


@pytest.fixture
def person() -> Person:
    """Somebody of the village HOME whose ID number is NUMBER."""
    found: Person = PersonFactory.create(name="舒青禾", division=HOME)
    PersonIdentifierFactory.create(number=NUMBER, person=found)
    return found


Say = Callable[..., FeedRecord]


@pytest.fixture
def say(person: Person) -> Say:
    """Return a function that keeps what a feed said about somebody, from a day until another."""

    def keep(
        feed: str,
        data: dict[str, Any],
        *,
        on: date,
        until: date | None = None,
        key: str = "",
        of: Person | None = None,
        **more: Any,
    ) -> FeedRecord:
        received = at(on)
        delivery = DeliveryFactory.create(feed=feed, received_at=received, as_of=on)
        record: FeedRecord = FeedRecordFactory.create(
            feed=feed,
            record_key=key or str((of or person).id),
            person=of or person,
            data=data,
            delivery=delivery,
            known_to=at(until) if until else None,
            **more,
        )
        return record

    return keep


def at(day: date, hour: int = 10) -> datetime:
    """Return an instant of a civil day."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.SHANGHAI)
