"""The card office's deliveries beside a change that two officers made."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.demo.county.cards import bank_code, card_number
from service.foundation import clock
from service.residents.accounts import confirm_change, current_account, request_change
from service.residents.identity.find import find
from service.residents.importing import import_delivery
from service.residents.models import Account, Delivery, Person
from tests.factories import residents
from tests.factories.officers import staff
from tests.service.residents.importing.deliveries import (
    OFFICE,
    card_of,
    delivery,
    number_of,
    row,
)

NEW = card_number(3, 779_001)


@pytest.fixture
def person(session: Session) -> Person:
    """Somebody whose card the card office delivered, and two officers changed."""
    residents.use(session)
    _delivers(session, row("RS_CARD", 1))
    found = find(session, number_of(1))
    assert found is not None
    people = staff()
    change = request_change(
        session, found.id, account=NEW, bank_code=bank_code(3, 0), bank_name="样例农商行",
        reason="本人持新卡到场办理。", by=people.maker,
    )  # fmt: skip
    confirm_change(session, change.id, by=people.reviewer)
    session.execute(update(Account).values(known_from=clock.now() - timedelta(minutes=5)))
    return found


def _delivers(session: Session, *rows: list[object]) -> Delivery:
    found = import_delivery(session, "RS_CARD", delivery("RS_CARD", *rows), "社保卡.csv", by=OFFICE)
    assert found.state == "imported", found.refusal
    session.flush()
    session.expire_all()
    return found


def _tail(session: Session, person: Person) -> str:
    account = current_account(session, person.id)
    assert account is not None
    return account.tail


def test_the_card_offices_old_word_said_again_does_not_undo_two_officers(
    session: Session, person: Person
) -> None:
    assert _tail(session, person) == NEW[-4:]
    said = _delivers(session, row("RS_CARD", 1), row("RS_CARD", 2))
    assert said.rows_unchanged == 1
    assert _tail(session, person) == NEW[-4:]


def test_the_card_offices_new_word_counts(session: Session, person: Person) -> None:
    _delivers(session, row("RS_CARD", 1, card_no=card_of(9)))
    assert _tail(session, person) == card_of(9)[-4:]
