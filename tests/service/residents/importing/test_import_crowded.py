"""Eight imports at once: whoever comes first, people are made once and every delivery has one effect."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import func, select

from service.audit.actor import Actor
from service.audit.models import AuditEntry
from service.audit.moves import IllegalMove
from service.foundation.database import Base
from service.foundation.jobs import Job
from service.residents.importing import confirm, decline, import_delivery
from service.residents.models import (
    Account,
    Delivery,
    DeliveryContent,
    FeedRecord,
    Person,
    PersonIdentifier,
)
from tests.foundation.committed import Committed, committed, template
from tests.service.residents.importing.deliveries import OFFICE, delivery, rows

__all__ = ["committed", "template"]

STEWARD = Actor(kind="officer", id="steward")
FEEDS = (
    "GA_HUKOU", "CZ_PAY", "TY_SERV", "MZ_ELD", "CL_CERT", "WJ_DEATH", "RS_CARD", "SF_PRISON",
)  # fmt: skip
SECONDS_MAX = 180
PEOPLE = 150
_One = TypeVar("_One")
_Said = TypeVar("_Said")


def _at_once(each: Callable[[_One], _Said], ones: Iterable[_One]) -> list[_Said]:
    """Do something with each in a thread of its own, all from the same moment; bounded in time."""
    listed = list(ones)
    gate = threading.Barrier(len(listed))

    def wait_and_do(one: _One) -> _Said:
        gate.wait(timeout=60)
        return each(one)

    with ThreadPoolExecutor(len(listed)) as pool:
        running = [pool.submit(wait_and_do, one) for one in listed]
        return [one.result(timeout=SECONDS_MAX) for one in running]


def _send(committed: Committed, feed: str, content: bytes, day: int) -> UUID:
    with committed.transaction() as session:
        return import_delivery(
            session, feed, content, "a.csv", by=OFFICE, as_of=date(2026, 10, day)
        ).id


def _count(committed: Committed, model: type[Base], *where: object) -> int:
    with committed.transaction() as session:
        query = select(func.count()).select_from(model).where(*where)  # type: ignore[arg-type]
        return session.scalar(query) or 0


def _acts(committed: Committed) -> Counter[str]:
    with committed.transaction() as session:
        return Counter(session.scalars(select(AuditEntry.act)))


def test_eight_feeds_that_meet_the_same_new_people_at_once_make_them_once(
    committed: Committed,
) -> None:
    found = _at_once(
        lambda feed: _send(committed, feed, delivery(feed, *rows(feed, range(PEOPLE))), 1), FEEDS
    )
    assert len(set(found)) == len(FEEDS)
    assert _count(committed, Person) == _count(committed, PersonIdentifier) == PEOPLE
    assert _count(committed, FeedRecord) == PEOPLE * len(FEEDS)
    assert _count(committed, Account) == PEOPLE
    assert _acts(committed)["feed.imported"] == len(FEEDS)
    with committed.transaction() as session:
        spread = session.execute(
            select(FeedRecord.person_id, func.count()).group_by(FeedRecord.person_id)
        )
        assert {count for _, count in spread} == {len(FEEDS)}


def test_feeds_that_meet_overlapping_people_in_opposite_orders_do_not_wait_in_a_ring(
    committed: Committed,
) -> None:
    def import_some(place: int) -> UUID:
        people = list(range(place * 20, place * 20 + PEOPLE))
        if place % 2:
            people.reverse()
        return _send(
            committed, FEEDS[place], delivery(FEEDS[place], *rows(FEEDS[place], people)), 1
        )

    _at_once(import_some, range(len(FEEDS)))
    met = PEOPLE + 20 * (len(FEEDS) - 1)
    assert _count(committed, Person) == _count(committed, PersonIdentifier) == met


def test_the_same_bytes_eight_times_at_once_are_one_delivery(committed: Committed) -> None:
    content = delivery("RS_CARD", *rows("RS_CARD", range(PEOPLE)))
    found = _at_once(lambda day: _send(committed, "RS_CARD", content, day), [1] * 8)
    assert len(set(found)) == 1
    assert _count(committed, Delivery) == 1
    assert _count(committed, Person) == _count(committed, Account) == PEOPLE
    assert _count(committed, FeedRecord) == PEOPLE
    assert _count(committed, Job, Job.kind == "residents.look") == 1
    acts = _acts(committed)
    assert (acts["feed.imported"], acts["feed.said_again"]) == (1, 7)


def test_eight_days_of_one_feed_at_once_end_in_what_the_last_day_said(
    committed: Committed,
) -> None:
    def import_day(day: int) -> UUID:
        table = rows("CZ_PAY", range(day, day + PEOPLE), employer=f"{'甲' * day}局")
        return _send(committed, "CZ_PAY", delivery("CZ_PAY", *table), day)

    found = _at_once(import_day, range(1, 9))
    assert len(set(found)) == 8
    assert _count(committed, Person) == PEOPLE + 7
    with committed.transaction() as session:
        current = session.scalars(select(FeedRecord).where(FeedRecord.known_to.is_(None))).all()
        assert {one.data["employer"] for one in current} == {"甲" * 8 + "局"}
        assert len(current) == PEOPLE
        states = set(session.scalars(select(Delivery.state)))
        assert states == {"imported"}
        kept = session.scalars(select(FeedRecord)).all()
        assert len(kept) == 8 * PEOPLE, "a day's word is kept even if it came late"


@pytest.fixture
def waiting(committed: Committed) -> UUID:
    """A list that would end most of what is known, waiting for the steward."""
    _send(committed, "CZ_PAY", delivery("CZ_PAY", *rows("CZ_PAY", range(200))), 1)
    cut_off = delivery("CZ_PAY", *rows("CZ_PAY", range(40), employer="乙"))
    found = _send(committed, "CZ_PAY", cut_off, 2)
    with committed.transaction() as session:
        assert session.get_one(Delivery, found).state == "waiting"
    return found


def _decide(committed: Committed, waiting: UUID, officer: int, *, declines: bool = False) -> str:
    act = decline if declines else confirm
    try:
        with committed.transaction() as session:
            by = Actor(kind="officer", id=f"steward-{officer}")
            return act(session, waiting, by=by, reason="与财政局核对过").state
    except IllegalMove:
        return "too late"


def test_eight_stewards_who_confirm_at_once_have_one_effect(
    committed: Committed, waiting: UUID
) -> None:
    said = Counter(_at_once(lambda officer: _decide(committed, waiting, officer), range(8)))
    assert said == {"imported": 1, "too late": 7}
    assert _acts(committed)["feed.confirmed"] == 1
    assert _count(committed, FeedRecord, FeedRecord.known_to.is_(None)) == 40
    assert _count(committed, FeedRecord) == 240
    assert _count(committed, DeliveryContent) == 0


def test_confirming_and_declining_at_once_have_one_effect_between_them(
    committed: Committed, waiting: UUID
) -> None:
    said = Counter(
        _at_once(
            lambda officer: _decide(committed, waiting, officer, declines=officer % 2 == 1),
            range(8),
        )
    )
    assert said["too late"] == 7
    acts = _acts(committed)
    assert acts["feed.confirmed"] + acts["feed.declined"] == 1
    current = 40 if acts["feed.confirmed"] else 200
    assert _count(committed, FeedRecord, FeedRecord.known_to.is_(None)) == current
    assert _count(committed, DeliveryContent) == 0
