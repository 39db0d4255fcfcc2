"""Security row 26: somebody dies between the screening of a list and its sending."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.approvals.recall import recall
from service.audit.models import AuditEntry
from service.batches import queries as batches
from service.batches.controls import BY_CODE
from service.batches.died_since import DiedSince, hold_the_dead, require_alive
from service.batches.models import Batch, Payment, PaymentHold
from service.batches.release import release
from service.batches.submit import NothingToPay, submit
from service.batches.withheld import queries as withheld
from service.ledger.queries import balance, balances
from service.residents.models import Person
from service.signing.alarm import stopped
from tests.factories.batches import PAY_DAY, county_batch, signed
from tests.factories.officers import staff
from tests.factories.residents import FeedRecordFactory
from tests.factories.town import Town
from tests.service.signing.earlier import before_holding

BOTH = ("WJ_DEATH", "MZ_CREM")


def _dies(session: Session, line: Payment, *feeds: str) -> None:
    person = session.get_one(Person, line.payee_person_id)
    for feed in feeds:
        FeedRecordFactory.create(feed=feed, person=person, data={"death_date": "2026-10-10"})


def _lines(session: Session, batch: Batch) -> list[Payment]:
    session.expire_all()
    return list(
        session.scalars(select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id))
    )


def test_one_death_on_a_signed_list_is_left_out_and_the_three_others_are_paid(town: Town) -> None:
    town.open()
    batch_id = town.sign(lines=4)
    with town.committed.transaction() as session:
        line = _lines(session, batches.locked(session, batch_id))[0]
        _dies(session, line, *BOTH)
        dead = line.reference
    town.send()
    town.collect_until(town.all_answered)
    paid = town.bank.referee()["payments"]
    assert dead not in {one["reference"] for one in paid}
    assert len(paid) == 3
    assert [line.state for line in town.payments()] == ["withheld", *["paid"] * 3]
    assert town.batch().state == "answered"
    signed_file, instead = (one for one in town.files("ccb"))
    assert (signed_file.state, instead.state) == ("withdrawn", "answered")
    assert instead.stands_for_id == signed_file.id
    with town.committed.transaction() as session:
        (held,) = withheld.of_batch(session, session.get_one(Batch, batch_id))
        assert (held.line.control, held.act.by_id) == ("payee_dead", None)
        assert balance(session, "commitments:MZ15") == held.payment.amount_fen
        assert sum(balances(session).values()) == 0


def test_nothing_goes_to_a_bank_after_a_death_and_the_others_are_paid_once_it_is_called_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed before lines could be left out: the whole list stops, and is called back."""
    before_holding(monkeypatch)
    town.open()
    batch_id = town.sign(lines=4)
    with town.committed.transaction() as session:
        _dies(session, _lines(session, batches.locked(session, batch_id))[0], *BOTH)
    town.send()
    assert {file.state for file in town.files()} == {"prepared"}
    assert town.bank.referee()["payments"] == []
    with town.committed.transaction() as session:
        alarm = session.scalars(
            select(AuditEntry).where(AuditEntry.act == "batch.sending_refused")
        ).one()
        assert b"died_since" in alarm.canonical
        for officer in (town.people.maker, town.people.signer):
            (item,) = stopped(session, officer)
            assert "撤回后重新提交" in item.note
        batch = batches.locked(session, batch_id)
        recall(session, batch, by=town.people.maker, reason="有人去世", on=PAY_DAY)
        signed(session, batch, town.people)
        assert [line.state for line in _lines(session, batch)] == ["held", *["frozen"] * 3]
    town.wait_for_retries()
    town.send()
    town.collect_until(lambda: {file.state for file in town.files()} <= {"answered", "withdrawn"})
    assert len(town.bank.referee()["payments"]) == 3


@pytest.mark.parametrize("feeds", [BOTH, ("WJ_DEATH",)])
def test_who_died_after_the_list_was_made_is_held_when_it_freezes(
    made: Session, feeds: tuple[str, ...]
) -> None:
    batch = county_batch(made, lines=2)
    first, second = _lines(made, batch)
    _dies(made, first, *feeds)
    submit(made, batch, by=staff().maker)
    assert (first.state, second.state) == ("held", "frozen")
    hold = made.scalars(select(PaymentHold).where(PaymentHold.payment_id == first.id)).one()
    assert hold.control == ("payee_dead" if len(feeds) == 2 else "death_reported")
    assert hold.version == BY_CODE[hold.control].version
    assert hold.evidence["feeds"] == sorted(feeds)
    assert batch.frozen_fen == second.amount_fen


def test_a_list_of_the_dead_alone_is_not_submitted(made: Session) -> None:
    batch = county_batch(made, lines=1)
    _dies(made, _lines(made, batch)[0], *BOTH)
    with pytest.raises(NothingToPay):
        submit(made, batch, by=staff().maker)


def test_what_an_officer_cleared_is_not_asked_again_but_a_second_source_is(made: Session) -> None:
    people = staff()
    batch = county_batch(made, lines=2)
    line = _lines(made, batch)[0]
    _dies(made, line, "WJ_DEATH")
    assert hold_the_dead(made, batch, by=people.maker.actor()) == 1
    release(made, _lines(made, batch)[0], by=people.maker, reason="乡镇见到本人")
    submit(made, batch, by=people.maker)
    assert [line.state for line in _lines(made, batch)] == ["frozen", "frozen"]
    require_alive(made, batch)
    _dies(made, line, "MZ_CREM")
    with pytest.raises(DiedSince, match="1 of its lines"):
        require_alive(made, batch)
