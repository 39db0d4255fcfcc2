"""A payment comes back for somebody who was merged, renamed or has died since: it is still that payment."""

import pytest
from sqlalchemy.orm import Session

from service.audit.actor import SYSTEM
from service.enquiry.answer import answer
from service.ledger.queries import balance, balances
from service.reconciliation.reissue import reissue
from service.residents.identity.merge import merge
from service.residents.models import Person
from tests.factories.banks import DEBIT_ACCOUNTS, OPENING_FEN
from tests.factories.residents import FeedRecordFactory, PersonFactory
from tests.service.reconciliation.answers import NEXT_DAY, Sent, came_back, debit, sent, statement

ACCOUNT = DEBIT_ACCOUNTS["rural"]


@pytest.fixture
def out(made: Session, data_dir: object) -> Sent:
    """Four payments at each bank, all of the rural one's paid and debited."""
    town = sent(made)
    town.reply(town.told("ACSC"))
    total = town.file().amount_fen
    town.statement(
        statement(
            ACCOUNT,
            [debit(town.file(), total)],
            opening_fen=OPENING_FEN,
            closing_fen=OPENING_FEN - total,
        )
    )
    return town


def test_a_return_is_its_payments_whatever_became_of_the_person(out: Sent) -> None:
    session = out.session
    merged, renamed, died, other = out.lines()
    stays = PersonFactory.create()
    session.flush()
    merge(session, stays.id, merged.payee_person_id or 0, reason="同一人两次登记", by=SYSTEM)
    session.get_one(Person, renamed.payee_person_id).name = "改名后"
    dead = session.get_one(Person, died.payee_person_id)
    for feed in ("WJ_DEATH", "MZ_CREM"):
        FeedRecordFactory.create(feed=feed, person=dead, data={"death_date": "2026-10-20"})
    session.flush()
    before = [(one.payee_person_id, one.payee_name, one.account_id) for one in out.lines()]

    back = [merged, renamed, died]
    back_fen = sum(one.amount_fen for one in back)
    closing = OPENING_FEN - out.file().amount_fen
    booked = out.statement(
        statement(
            ACCOUNT,
            [came_back(out.file(), one) for one in back],
            opening_fen=closing,
            closing_fen=closing + back_fen,
            day=NEXT_DAY,
            number=2,
        )
    )
    assert booked.state == "applied"
    assert out.states() == ["returned", "returned", "returned", "paid"]
    assert [(one.payee_person_id, one.payee_name, one.account_id) for one in out.lines()] == before
    assert balance(session, "returned_held:MZ15") == back_fen
    assert balance(session, "unidentified_receipts") == 0
    assert sum(balances(session).values()) == 0
    # Who was merged is told of it under the number that stays, and nobody else is.
    fen = merged.amount_fen
    assert [one.amount_fen for one in answer(session, stays.id, "2026-10").lines] == [fen]
    assert other.amount_fen != fen
    # Nothing is issued again by itself: no account was corrected, and the dead have no account.
    assert reissue(session, "MZ15", "2026-10", by=out.people.reconciler.actor()) is None
