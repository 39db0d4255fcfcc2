"""Sending within a bank's day: limits under two workers, waiting, lateness, and signing anew."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Barrier, Lock
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from bank_adapters.transport import Delivery, Outcome
from bank_adapters.transport.outcome import ended
from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.build import build
from service.batches.models import Batch
from service.dispatch import hand_over as sending
from service.dispatch import queries
from service.dispatch import renew as renewing
from service.dispatch.agreed_days import AgreedDays
from service.dispatch.models import BankFile
from service.dispatch.renew import ask_where_due
from service.foundation import clock, jobs
from service.foundation.database import transaction
from service.notices.check import ClocksDiffer
from service.signing.software import sign_with_software_key
from tests.factories.assessment import AssessmentFactory
from tests.factories.batches import channel, due, fresh_feeds, payee, signed
from tests.factories.officers import staff
from tests.foundation.committed import Committed

FRIDAY, MONDAY, TUESDAY = date(2026, 10, 16), date(2026, 10, 19), date(2026, 10, 20)
KINDS = ("dispatch.begin", "dispatch.hand_over", "dispatch.renew")
At = Callable[[str], None]
SECONDS_MAX = 60.0


@dataclass
class Bank:
    """A bank that takes whatever it is given, and remembers it in order."""

    given: list[tuple[str, bytes]] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def deliver(self, name: str, content: bytes) -> Delivery:
        with self.lock:
            self.given.append((name, content))
        return ended(Outcome.DELIVERED, "list", "delivered")


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    """Set our clock, in the county's time."""

    def now(text: str) -> None:
        instant = datetime.fromisoformat(text).replace(tzinfo=clock.SHANGHAI)
        monkeypatch.setattr(clock, "now", lambda: instant)
        # The database keeps the machine's time.
        for jobs_of in (sending, renewing):
            monkeypatch.setattr(jobs_of, "require_same_clock", lambda _session: None)

    return now


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> Bank:
    """Answer in place of every bank."""
    one = Bank()
    monkeypatch.setattr(sending, "transport", lambda _channel: one)
    return one


def _agree(committed: Committed, **days: Any) -> None:
    with committed.transaction():
        channel("rural", days=AgreedDays(**days))


def _sign(committed: Committed, *months: str) -> list[UUID]:
    """Sign a list of one payment for each month, one after the other; return their ids."""
    made = []
    for month in months:
        with committed.transaction() as session:
            fresh_feeds(session)
            assessment = AssessmentFactory.create(month=month)
            due(assessment, payee(), 10_000)
            batch = build(session, assessment, "MZ15", by=SYSTEM)
            assert batch is not None
            signed(session, batch)
            made.append(batch.id)
    return made


def _file(batch_id: UUID) -> BankFile:
    with transaction() as session:
        (file,) = queries.of_batch(session, session.get_one(Batch, batch_id))
        session.expunge(file)
        return file


def _states(*batches: UUID) -> list[tuple[str, date | None, date | None]]:
    files = [_file(one) for one in batches]
    return [(file.state, file.executes_on, file.waits_for) for file in files]


def test_a_days_limit_holds_under_two_workers_and_the_oldest_goes_first(
    committed: Committed, at: At, bank: Bank
) -> None:
    at("2026-10-16 10:00:00")
    _agree(committed)
    batches = []
    for month in ("2026-10", "2026-09", "2026-08"):
        batches += _sign(committed, month)
        at(f"2026-10-16 10:0{len(batches)}:00")
    # The limit is agreed after they were made: all three are for Friday.
    _agree(committed, files_a_day_max=1, fen_a_day_max=10_000)
    ids = [_file(one).id for one in batches]
    together = Barrier(2)

    def send(file_id: UUID) -> str:
        together.wait(SECONDS_MAX)
        try:
            with transaction() as session:
                sending.hand_over(session, str(file_id))
        except sending.WaitsForDay as waits:
            return waits.code
        return "sent"

    with ThreadPoolExecutor(2) as workers:
        found = sorted(workers.map(send, ids[:2]))
    assert found == ["sent", "waits_for_day"]
    assert len(bank.given) == 1
    jobs.drain(kinds=KINDS)
    assert len(bank.given) == 1, "what waits came again on the same day"
    states = _states(*batches)
    assert states.count(("delivered", FRIDAY, None)) == 1
    assert states.count(("prepared", None, MONDAY)) == 2

    # Monday: whichever is tried first, the one made first goes.
    at("2026-10-19 08:00:00")
    waiting = [one for one in batches if _file(one).state == "prepared"]
    older, younger = waiting
    with pytest.raises(sending.WaitsForDay), transaction() as session:
        sending.hand_over(session, str(_file(younger).id))
    jobs.drain(kinds=KINDS)
    assert _states(older, younger) == [("delivered", MONDAY, None), ("prepared", None, TUESDAY)]
    # Another limit counts at once, whatever the waiting job was told.
    _agree(committed, files_a_day_max=2)
    jobs.drain(kinds=KINDS)
    assert _states(younger) == [("delivered", MONDAY, None)]
    assert sorted(name for name, _ in bank.given) == sorted(_file(one).file_name for one in batches)


def test_a_file_waits_for_its_own_day_and_around_the_cut_off_nothing_leaves(
    committed: Committed, at: At, bank: Bank
) -> None:
    at("2026-10-16 16:20:00")
    _agree(committed, cut_off="16:30", lines_a_day_max=1)
    today, monday = _sign(committed, "2026-10", "2026-09")
    assert [_file(one).execution_date for one in (today, monday)] == [FRIDAY, MONDAY]
    at("2026-10-16 16:27:00")
    jobs.drain(kinds=KINDS)
    # The bank's clock might say 16:31 or 16:24: neither is given to it now.
    assert bank.given == []
    assert _states(today, monday) == [("prepared", None, MONDAY), ("prepared", None, MONDAY)]
    at("2026-10-16 16:35:00")
    jobs.drain(kinds=KINDS)
    assert bank.given == []
    at("2026-10-16 16:35:01")
    jobs.drain(kinds=KINDS)
    # Late by a day, with the very bytes; the other one gives it the way and waits for Tuesday.
    assert _states(today, monday) == [("delivered", MONDAY, None), ("prepared", None, TUESDAY)]
    (name, content), file = bank.given[0], _file(today)
    with transaction() as session:
        assert content == queries.content(session.get_one(BankFile, file.id))
    assert (name, file.execution_date) == (file.file_name, FRIDAY)


def test_a_bank_that_refuses_a_day_gone_by_has_its_files_made_and_signed_anew(
    committed: Committed, at: At, bank: Bank
) -> None:
    at("2026-10-16 16:00:00")
    _agree(committed, cut_off="16:30", late_file="refused")
    (late,) = _sign(committed, "2026-10")
    at("2026-10-16 18:00:00")
    jobs.drain(kinds=KINDS)
    assert bank.given == []
    with transaction() as session:
        batch = session.get_one(Batch, late)
        assert (batch.state, batch.round) == ("approved", 2)
    jobs.drain(kinds=("dispatch.prepare",))
    new = _file(late)
    assert (new.execution_date, new.state) == (MONDAY, "prepared")
    with committed.transaction() as session:
        batch = session.get_one(Batch, late, with_for_update=True)
        assert batch.state == "prepared", "every approval stands; only the signature is asked again"
        earlier = session.scalars(
            select(BankFile).where(BankFile.batch_id == late, BankFile.round == 1)
        ).one()
        assert earlier.state == "withdrawn"
        sign_with_software_key(session, batch, by=staff().signer)
    jobs.drain(kinds=KINDS)
    assert [name for name, _ in bank.given] == [new.file_name]
    assert _states(late) == [("delivered", MONDAY, None)]


def test_a_list_that_nobody_signed_in_time_is_made_anew_before_somebody_does(
    committed: Committed, at: At, bank: Bank
) -> None:
    at("2026-10-16 16:00:00")
    _agree(committed, cut_off="16:30", late_file="refused")
    (late,) = _sign(committed, "2026-10")
    with transaction() as session:
        assert ask_where_due(session) == 0
    at("2026-10-19 16:26:00")
    with transaction() as session:
        assert ask_where_due(session) == 1
        assert ask_where_due(session) == 1
    jobs.drain(kinds=(*KINDS, "dispatch.prepare"))
    assert bank.given == []
    assert _file(late).execution_date == TUESDAY
    with transaction() as session:
        told = session.scalars(
            select(AuditEntry).where(
                AuditEntry.object_id == str(late), AuditEntry.act == "batch.reopened"
            )
        ).all()
        assert len(told) == 1
        assert "所签的支付日期银行已截止" in told[0].canonical.decode()
        assert ask_where_due(session) == 0


@pytest.mark.parametrize("jump", [timedelta(days=366), timedelta(days=-1)])
def test_a_clock_that_jumped_sends_nothing_and_has_nothing_signed_anew(
    committed: Committed, monkeypatch: pytest.MonkeyPatch, bank: Bank, jump: timedelta
) -> None:
    _agree(committed, late_file="refused", executes_every_day=True)
    (batch,) = _sign(committed, "2026-10")
    now = clock.now
    with monkeypatch.context() as jumped:
        jumped.setattr(clock, "now", lambda: now() + jump)
        with pytest.raises(ClocksDiffer), transaction() as session:
            sending.hand_over(session, str(_file(batch).id))
        if jump > timedelta():
            with pytest.raises(ClocksDiffer), transaction() as session:
                renewing.renew(session, str(batch))
    assert bank.given == []
    assert _file(batch).state == "prepared"
    with transaction() as session:
        assert session.get_one(Batch, batch).state == "signed"
