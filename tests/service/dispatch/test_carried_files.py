"""A bank whose clerk uploads by hand, from signing to paid: two officers say what the clerk did."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.audit.models import AuditEntry
from service.dispatch import queries
from service.dispatch.by_hand import decide
from service.dispatch.by_hand.models import DeliveryProof, HandDelivery
from service.dispatch.by_hand.problems import AnotherConfirms, NotCarried
from service.dispatch.by_hand.say import Evidence, say_delivered, say_not_delivered
from service.dispatch.hand_over import begin
from service.dispatch.models import BankFile
from service.dispatch.resolve import CarriedByClerk, release_resend
from service.foundation import clock
from service.foundation.jobs import Job
from service.ledger.queries import balances
from service.officers.models import Officer
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.bank_adapters.direct_lines import let_time_pass
from tests.factories.banks import our_totals, their_totals
from tests.factories.carried_town import CarriedTown
from tests.factories.town import SENDING
from tests.foundation.committed import Committed

SCAN = b"%PDF-1.7 a scan of the bank's receipt"


@pytest.fixture
def county(committed: Committed, tmp_path: Path) -> Iterator[CarriedTown]:
    """A county with one bank over SFTP and one whose clerk forgets the first file."""
    bank = RunningBank(tmp_path / "bank")
    forgets = {"kind": "clerk_forgets", "user": "iso", "times": 1}
    yield CarriedTown(committed, bank, tmp_path / "clerk").open(
        answer_seconds=3600, faults=[forgets]
    )
    bank.stop()


def _act(county: CarriedTown, verb: Callable[[Session, BankFile], object]) -> None:
    with county.committed.transaction() as session:
        verb(session, queries.locked(session, county.file("rural").id))


def _confirm(county: CarriedTown, by: Officer) -> None:
    with county.committed.transaction() as session:
        asked = session.scalars(select(HandDelivery).where(HandDelivery.state == "asked")).one()
        decide.confirm(session, asked, by=by)


def test_forgotten_taken_back_carried_said_confirmed_and_paid_to_the_fen(
    county: CarriedTown,
) -> None:
    county.sign(lines=6)
    county.send()
    file = county.file("rural")
    _it_lies_there_and_nothing_sends_or_looks_for_it(county, file)
    county.wait_for_clerk()
    _two_officers_take_it_back(county)
    assert (county.file("rural").state, county.lying()) == ("prepared", [])
    county.wait_for_retries()
    county.send()
    assert county.lying() == [], "it stays back until somebody lays it out again"
    _beginning_anew_lays_nothing_out(county)
    _act(county, lambda session, one: decide.lay_out_again(session, one, by=county.people.signer))
    county.send()
    assert (county.file("rural").state, county.lying()) == ("unknown", [file.file_name])
    county.wait_for_clerk(times=2)
    wait_until(lambda: len(county.bank.referee()["payments"]) == 6)
    _two_officers_say_that_it_was_delivered(county)
    assert county.file("rural").state == "delivered"
    county.put_away()
    assert (county.lying(), county.lying("carried")) == ([], [file.file_name])

    # Its answer and its statement come by the same clerk.
    let_time_pass(county.bank)
    county.collect_until(county.answered)
    county.replan()
    county.end_of_day()
    _the_books_agree(county)
    assert county.file("rural").sha256 == file.sha256
    assert len(county.close()) == 2
    assert (county.lying("incoming"), county.lying("statements")) == ([], [])


def _it_lies_there_and_nothing_sends_or_looks_for_it(county: CarriedTown, file: BankFile) -> None:
    assert (file.state, county.file("ccb").state) == ("unknown", "delivered")
    assert {one.state for one in county.payments("rural")} == {"sent"}, "the money may be moving"
    assert county.lying() == [file.file_name]
    laid = (county.folder / "outgoing" / file.file_name).read_bytes()
    assert hashlib.sha256(laid).hexdigest() == file.sha256
    with county.committed.transaction() as session:
        waiting = select(func.count()).select_from(Job).where(Job.state == "queued")
        assert session.scalar(waiting.where(Job.kind.in_((*SENDING, "dispatch.resolve")))) == 0
    people = county.people
    with pytest.raises(CarriedByClerk):
        _act(
            county,
            lambda session, one: release_resend(
                session, one, by=people.signer, and_by=people.reconciler, reason="again"
            ),
        )


def _two_officers_take_it_back(county: CarriedTown) -> None:
    people = county.people
    with pytest.raises(NotCarried):
        _act(county, lambda session, one: decide.lay_out_again(session, one, by=people.signer))
    _act(
        county,
        lambda session, one: say_not_delivered(session, one, reason="未去银行", by=people.signer),
    )
    with pytest.raises(AnotherConfirms):
        _confirm(county, people.signer)
    assert county.file("rural").state == "unknown"
    _confirm(county, people.reconciler)


def _beginning_anew_lays_nothing_out(county: CarriedTown) -> None:
    """A later time stamp asks once more for what the list still has to send."""
    batch = county.batch()
    state = f"UPDATE batches SET state = '%s' WHERE id = '{batch.id}'"
    county.committed.as_superuser(state % "signed")
    with county.committed.transaction() as session:
        begin(session, str(batch.id))
    county.committed.as_superuser(state % batch.state)
    county.send()
    assert (county.file("rural").state, county.lying()) == ("prepared", [])


def _two_officers_say_that_it_was_delivered(county: CarriedTown) -> None:
    people = county.people
    evidence = Evidence("HD 2026/1127-08", clock.now() + timedelta(seconds=5), "回单.pdf", SCAN)
    _act(
        county,
        lambda session, one: say_delivered(session, one, evidence, reason="", by=people.reconciler),
    )
    _confirm(county, people.signer)
    with county.committed.transaction() as session:
        kept = session.scalars(select(DeliveryProof)).one()
        assert kept.sha256 == hashlib.sha256(SCAN).hexdigest()
        assert SCAN not in kept.content_sealed
        told = session.scalars(
            select(AuditEntry.canonical).where(AuditEntry.act == "hand_delivery.delivered_said")
        ).one()
        assert kept.sha256 in str(told), "what proves it stands in the trail"


def _the_books_agree(county: CarriedTown) -> None:
    referee = county.bank.referee()
    assert referee["paid_more_than_once"] == []
    assert len(referee["payments"]) == 6
    with county.committed.transaction() as session:
        assert our_totals(session) == their_totals(county.bank)
        assert sum(balances(session).values()) == 0
    assert county.differences() == []
