"""Whatever order deliveries arrive in, the picture is the same: the later day knows better."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from service.residents.importing import import_delivery
from service.residents.models import Account, Delivery, FeedRecord, PersonIdentifier
from tests.service.residents.importing.conftest import Intake
from tests.service.residents.importing.deliveries import OFFICE, card_of, delivery, row, rows

Sent = tuple[str, int, bytes]
"""Feed, day of October, file."""


def _send(session: Session, sent: Sent) -> Delivery:
    feed, day, content = sent
    return import_delivery(session, feed, content, "a.csv", by=OFFICE, as_of=date(2026, 10, day))


def _picture(session: Session) -> list[Any]:
    """Return what is known now, by ID index: person ids depend on the order, and may."""
    session.expire_all()
    index = {
        one.person_id: one.value_index.hex() for one in session.scalars(select(PersonIdentifier))
    }
    records = sorted(
        (one.feed, index[one.person_id or 0], str(sorted(one.data.items(), key=str)))
        for one in session.scalars(select(FeedRecord).where(FeedRecord.known_to.is_(None)))
    )
    accounts = sorted(
        (index[one.person_id], one.tail, one.status)
        for one in session.scalars(select(Account).where(Account.known_to.is_(None)))
    )
    return [*records, *accounts]


_DELIVERIES: list[Sent] = [
    ("CZ_PAY", 1, delivery("CZ_PAY", *rows("CZ_PAY", range(6)))),
    ("CZ_PAY", 8, delivery("CZ_PAY", *rows("CZ_PAY", range(2, 8), employer="乙"))),
    ("CZ_PAY", 15, delivery("CZ_PAY", *rows("CZ_PAY", range(3, 7), employer="丙"))),
    ("RS_CARD", 2, delivery("RS_CARD", *rows("RS_CARD", range(4)))),
    ("RS_CARD", 9, delivery("RS_CARD", row("RS_CARD", 1, status="挂失"))),
    ("RS_CARD", 16, delivery("RS_CARD", row("RS_CARD", 1, card_no=card_of(50)))),
    ("WJ_DEATH", 3, delivery("WJ_DEATH", row("WJ_DEATH", 5))),
    ("WJ_DEATH", 10, delivery("WJ_DEATH", row("WJ_DEATH", 5, death_date="2020-01-06"))),
]


@pytest.fixture
def undone(database_engine: Engine) -> Iterator[Session]:
    """A session in which each example is rolled back by itself."""
    with database_engine.connect() as connection:
        outer = connection.begin()
        with Session(
            bind=connection, join_transaction_mode="create_savepoint", expire_on_commit=False
        ) as session:
            yield session
        outer.rollback()


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(order=st.permutations(_DELIVERIES), again=st.sampled_from(_DELIVERIES))
def test_any_order_of_deliveries_and_any_repetition_give_the_same_picture(
    undone: Session, order: list[Sent], again: Sent
) -> None:
    def told(sent: list[Sent]) -> list[Any]:
        inner = undone.begin_nested()
        for one in sent:
            assert _send(undone, one).state == "imported"
        picture = _picture(undone)
        inner.rollback()
        return picture

    assert told([*order, again]) == told(_DELIVERIES)


def test_a_late_full_list_is_kept_as_history_and_ends_nothing(
    intake: Intake, session: Session
) -> None:
    _send(session, ("CZ_PAY", 8, delivery("CZ_PAY", *rows("CZ_PAY", range(5), employer="新"))))
    late = _send(session, ("CZ_PAY", 1, delivery("CZ_PAY", *rows("CZ_PAY", range(3, 9)))))
    assert (late.rows_accepted, late.rows_late, late.rows_ended) == (6, 6, 0)
    assert {one.data["employer"] for one in intake.current("CZ_PAY")} == {"新"}
    history = [one for one in intake.ever("CZ_PAY") if one.known_to]
    assert len(history) == 6
    assert {one.known_from == one.known_to for one in history} == {True}


def test_an_event_that_arrives_late_is_news_where_nothing_later_is_known(
    intake: Intake, session: Session
) -> None:
    _send(session, ("WJ_DEATH", 8, delivery("WJ_DEATH", row("WJ_DEATH", 1))))
    late = _send(session, ("WJ_DEATH", 1, delivery("WJ_DEATH", row("WJ_DEATH", 2))))
    assert late.rows_late == 0
    assert len(intake.current("WJ_DEATH")) == 2


def test_the_same_rows_in_another_order_are_said_to_be_the_same(
    intake: Intake, session: Session
) -> None:
    table = rows("CZ_PAY", range(20))
    first = intake.send("CZ_PAY", *table)
    turned = intake.send("CZ_PAY", *reversed(table))
    assert turned.content_digest == first.content_digest
    assert turned.notices["content_same"] == 1
    other = intake.send("CZ_PAY", *table, row("CZ_PAY", 20))
    assert "content_same" not in other.notices


def test_the_same_bytes_of_a_later_day_make_the_list_as_fresh_as_that_day(
    intake: Intake, session: Session
) -> None:
    content = delivery("CZ_PAY", *rows("CZ_PAY", range(5)))
    first = _send(session, ("CZ_PAY", 1, content))
    received = first.confirmed_at
    again = _send(session, ("CZ_PAY", 20, content))
    assert again is first
    assert first.as_of == date(2026, 10, 20)
    assert first.confirmed_at > received
