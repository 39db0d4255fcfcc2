"""Approvals, signatures and emergency access count once the witnesses confirmed what was recorded."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import update

from service.audit.cosigning.models import WitnessState
from service.audit.cosigning.published import NotWitnessed, is_witnessed, publish_now
from service.batches.models import Batch
from service.foundation import clock, jobs
from service.foundation.jobs import Job
from service.foundation.settings import settings
from service.officers.emergency.access import ask, confirm, end
from service.officers.may import may
from service.officers.models import Officer
from service.signing.sign import challenge
from service.signing.software import sign_with_software_key
from service.web import here
from tests.factories.batches import channel, county_batch, prepared
from tests.factories.officers import OfficerFactory, staff
from tests.foundation.committed import Committed
from tests.service.audit.cosigning.offices import NAMES, Offices, open_offices


@pytest.fixture
def offices(committed: Committed, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offices]:
    """Two witnesses are asked for; an act waits a second for them."""
    here.enter(here.Visit(request_id="1"))
    found = open_offices(committed.data_dir / "offices", monkeypatch)
    monkeypatch.setenv("ANXIN_WITNESS_WAIT_SECONDS", "1")
    settings.cache_clear()
    yield found
    monkeypatch.undo()
    settings.cache_clear()


def _back(committed: Committed, offices: Offices) -> None:
    offices.away = set()
    with committed.transaction() as session:
        session.execute(update(WitnessState).values(next_at=clock.now()))
        session.execute(update(Job).where(Job.state == "queued").values(run_after=clock.now()))
    publish_now()


def test_a_list_is_signed_only_over_approvals_that_the_witnesses_confirmed(
    committed: Committed, offices: Offices
) -> None:
    offices.away = {NAMES[0]}
    with committed.transaction() as session:
        people = staff()
        channel()
        batch = county_batch(session, 2)
        prepared(session, batch, people)
    # It waited for them and went on; the approval is there and has no effect.
    assert offices.asked
    assert _state(committed, batch) == "prepared"
    with committed.transaction() as session, pytest.raises(NotWitnessed):
        challenge(session, session.merge(batch), by=people.signer)
    assert _state(committed, batch) == "prepared"
    _back(committed, offices)
    with committed.transaction() as session:
        sign_with_software_key(session, session.merge(batch), by=people.signer)
    assert _state(committed, batch) == "signed"
    # The signature was confirmed before its door answered.
    with committed.transaction() as session:
        assert is_witnessed(session, ("batches", batch.id))


def _state(committed: Committed, batch: Batch) -> str:
    with committed.transaction() as session:
        return session.get_one(Batch, batch.id).state


def test_an_emergency_access_opens_nothing_before_it_is_confirmed(
    committed: Committed, offices: Offices
) -> None:
    with committed.transaction():
        officer, second = (
            OfficerFactory.create(duties=[duty])
            for duty in ("system_administrator", "security_administrator")
        )
    offices.away = set(NAMES)
    first = _open(committed, officer, second)
    assert not _reads(committed, officer)
    # Ended before they came back: it never opens.
    with committed.transaction() as session:
        end(session, first, by=session.merge(officer))
    second_try = _open(committed, officer, second)
    assert not _reads(committed, officer)
    _back(committed, offices)
    jobs.drain(kinds=("emergency.grant",))
    assert _reads(committed, officer)
    with committed.transaction() as session:
        end(session, second_try, by=session.merge(officer))
    # With both there it opens at once, without any worker.
    _open(committed, officer, second)
    assert _reads(committed, officer)


def _open(committed: Committed, officer: Officer, second: Officer) -> UUID:
    with committed.transaction() as session:
        access = ask(
            session, minutes=60, reason="防汛应急，须核对受灾户名单", by=session.merge(officer)
        )
    with committed.transaction() as session:
        assert confirm(session, access.id, by=session.merge(second)).state == "open"
    return access.id


def _reads(committed: Committed, officer: Officer) -> bool:
    with committed.transaction() as session:
        return may(session.get_one(Officer, officer.id), "residents.read")
