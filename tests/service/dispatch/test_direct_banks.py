"""Two banks over HTTPS, from signing to paid: what they did is what we believe, and never twice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bank_adapters.direct.dialect import Told
from bank_adapters.direct.profile import ABC_DIRECT, ICBC_DIRECT
from bank_adapters.iso20022.profile import ISO20022
from bank_adapters.transport import HttpsTransport
from service.audit.models import AuditEntry
from service.dispatch import queries
from service.dispatch.resolve import StillUnknown, release_resend
from service.foundation.jobs import Job
from service.ledger.models import BankChannel
from service.ledger.queries import balances
from service.reconciliation.ask import turn
from service.reconciliation.models import InboundFile
from tests.bank_adapters.banks import RunningBank, wait_until
from tests.bank_adapters.direct_lines import heard, let_time_pass
from tests.factories.banks import card_of, our_totals, their_totals
from tests.factories.batches import PAY_DAY
from tests.factories.direct_town import DirectTown, direct_fault, work
from tests.factories.town import SENDING
from tests.foundation.committed import Committed
from tests.service.dispatch import killing


@pytest.fixture
def county(committed: Committed, tmp_path: Path) -> Iterator[DirectTown]:
    """A county whose two banks are spoken to over HTTPS, not open yet."""
    bank = RunningBank(tmp_path / "bank")
    yield DirectTown(committed, bank)
    bank.stop()


def _paid_once(county: DirectTown, count: int) -> None:
    county.ask_until(county.answered)
    referee = county.bank.referee()
    assert referee["paid_more_than_once"] == []
    assert len(referee["payments"]) == count
    with county.committed.transaction() as session:
        assert our_totals(session) == their_totals(county.bank)
        assert sum(balances(session).values()) == 0
    assert county.batch().state == "answered"


def _codes(county: DirectTown, act: str) -> list[str]:
    with county.committed.transaction() as session:
        found = session.scalars(select(AuditEntry).where(AuditEntry.act == act))
        return sorted(json.loads(one.canonical)["details"]["code"] for one in found)


def test_from_signing_to_paid_over_https_to_the_fen(county: DirectTown) -> None:
    county.open(answer_seconds=3600).sign(lines=8)
    before = {file.file_name: file.sha256 for file in county.files()}
    icbc, abc = county.payments("ccb"), county.payments("rural")
    with county.committed.transaction() as session:
        accounts = {
            card_of(session, icbc[0]): {"do": "reject", "code": "AC04"},
            card_of(session, abc[0]): {"do": "reject", "code": "BE01"},
            card_of(session, abc[1]): {"do": "return", "code": "AC01", "after_days": 1},
            card_of(session, abc[2]): {"do": "later_paid", "after_days": 1},
        }
    county.arrange(accounts=accounts, answer_seconds=3600)
    county.send()
    assert {file.state for file in county.files()} == {"delivered"}
    assert county.batch().state == "sent"

    # Asked too early: everything is being worked on, and nothing of that is kept.
    county.ask()
    with county.committed.transaction() as session:
        assert our_totals(session).keys() == {"sent"}
        assert session.scalar(select(func.count(InboundFile.id))) == 0
    let_time_pass(county.bank)
    county.ask_until(county.answered)
    states = {one.id: one.state for one in county.payments()}
    assert [states[one.id] for one in icbc] == ["rejected", "paid", "paid", "paid"]
    assert [states[one.id] for one in abc] == ["rejected", "paid", "sent", "paid"]
    county.ask()
    county.arrange(accounts=accounts)
    next_day = PAY_DAY + timedelta(days=1)
    for day in (PAY_DAY, next_day, next_day):
        county.state_day(day)
    county.ask()
    assert {one.state for one in county.payments("rural")} == {"rejected", "returned", "paid"}
    with county.committed.transaction() as session:
        assert our_totals(session) == their_totals(county.bank)
        assert sum(balances(session).values()) == 0
        kept = session.scalars(select(InboundFile).order_by(InboundFile.file_name)).all()
        assert [one.state for one in kept] == ["applied"] * 7, "3 answers, 4 statements"
    assert {file.file_name: file.sha256 for file in county.files()} == before
    county.close()
    closed = {day.closing_fen for day in county.close(next_day)}
    assert closed == {one["statement_fen"] for one in county.bank.referee()["accounts"]}
    assert county.bank.referee()["paid_more_than_once"] == []


def test_unclear_answers_are_resolved_by_asking_and_only_two_people_send_again(
    county: DirectTown,
) -> None:
    county.open(
        faults=[direct_fault("error_after", "ccb"), direct_fault("accepted_then_nothing", "rural")]
    ).sign()
    county.send()
    assert {file.state for file in county.files()} == {"unknown"}
    assert {one.state for one in county.payments()} == {"sent"}, "the money may be moving"
    county.resolve()
    assert (county.file("ccb").state, county.file("rural").state) == ("delivered", "unknown")
    county.send()
    assert len(county.bank.referee()["payments"]) == 2, "unknown is never sent again by itself"
    with county.committed.transaction() as session:
        wait = session.scalars(
            select(Job).where(Job.kind == "dispatch.resolve", Job.state == "queued")
        ).one()
        assert wait.run_after - datetime.now(UTC) > timedelta(seconds=30), "asked politely"

    lost = county.file("rural")

    def release() -> None:
        with county.committed.transaction() as session:
            release_resend(
                session,
                queries.locked(session, lost.id),
                by=county.people.signer,
                and_by=county.people.reconciler,
                reason="the bank says that it has no such file",
            )

    county.committed.as_superuser("UPDATE bank_channels SET absence_seconds = 3600")
    with pytest.raises(StillUnknown):
        release()
    county.committed.as_superuser("UPDATE bank_channels SET absence_seconds = 0")
    release()
    county.send()
    assert county.file("rural").state == "delivered"
    assert county.file("rural").sha256 == lost.sha256
    assert _codes(county, "bank_file.unknown") == ["accepted_for_later", "http_error"]
    _paid_once(county, 4)


def test_killed_while_the_bank_hangs_before_or_after_paying(county: DirectTown) -> None:
    county.open(
        faults=[direct_fault("timeout_after", "ccb"), direct_fault("timeout_before", "rural")]
    ).sign()

    def asked(times: int) -> bool:
        return len(heard(county.bank)) >= times

    with killing.warm("tests.factories.direct_town") as context:
        for times in (2, 4):
            worker = killing.started(context, work, SENDING)
            wait_until(partial(asked, times))
            if times == 2:
                wait_until(lambda: len(county.bank.referee()["payments"]) == 2)
            assert killing.kill(worker, 0.0), "it died while the bank kept it waiting"
            county.wait_for_retries()
    # A bank that is left alone finishes what it began, or forgets it.
    county.bank.stop()
    county.bank.start()
    county.wait_for_retries()
    county.send()
    assert {file.state for file in county.files()} == {"unknown"}
    county.resolve()
    assert sorted(file.state for file in county.files()) == ["delivered", "unknown"]
    lost = next(file for file in county.files() if file.state == "unknown")
    county.committed.as_superuser("UPDATE bank_channels SET absence_seconds = 0")
    with county.committed.transaction() as session:
        release_resend(
            session,
            queries.locked(session, lost.id),
            by=county.people.signer,
            and_by=county.people.reconciler,
            reason="nowhere at the bank after a crash",
        )
    county.send()
    _paid_once(county, 4)


def test_another_certificate_stops_the_file_and_the_round_asks_on_its_turn(
    county: DirectTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    county.open().sign()
    with county.committed.transaction() as session:
        session.execute(update(BankChannel).values(certificate_sha256="0" * 64))
    county.send()
    assert {file.state for file in county.files()} == {"prepared"}
    assert set(_codes(county, "bank_file.not_delivered")) == {"certificate_changed"}
    assert heard(county.bank) == []
    with county.committed.transaction():
        county.register("ccb")
        county.register("rural")
    county.wait_for_retries()
    county.send()
    assert {file.state for file in county.files()} == {"delivered"}

    county.committed.as_superuser("UPDATE bank_files SET sent_at = now() + interval '1 hour'")
    county.round()
    assert {one.state for one in county.payments()} == {"sent"}, "its first turn has not come"
    county.committed.as_superuser("UPDATE bank_files SET sent_at = now() - interval '6 minutes'")
    # What cannot be believed is kept once, however often the bank says it.
    answers = (b'{"retCode": "0000", "n": %d}' % number for number in range(9))
    with monkeypatch.context() as patched:
        patched.setattr(HttpsTransport, "ask", lambda _: (Told.KNOWN, next(answers)))
        county.ask()
        county.ask()
    with county.committed.transaction() as session:
        assert set(session.scalars(select(InboundFile.state))) == {"quarantined"}
        assert session.scalar(select(func.count(InboundFile.id))) == 2
    county.round()
    _paid_once(county, 4)


def test_a_bank_is_asked_as_often_and_as_long_as_it_allows() -> None:
    sent = datetime(2026, 10, 16, 8, tzinfo=UTC)

    def at(seconds: int) -> datetime:
        return sent + timedelta(seconds=seconds)

    assert [turn(ABC_DIRECT, sent, at(one)) for one in (0, 299, 300, 599, 600)] == [
        None, None, 1, 1, 2,
    ]  # fmt: skip
    assert turn(ICBC_DIRECT, sent, at(60)) == 1
    later = [turn(ABC_DIRECT, sent, at(3600 + 1800 * one)) for one in range(4)]
    assert later == [12, 13, 14, 15]
    assert turn(ABC_DIRECT, sent, at(31 * 86_400 + 1)) is None
    assert turn(ICBC_DIRECT, sent, at(31 * 86_400 + 1)) is not None
    assert turn(ICBC_DIRECT, sent, at(100 * 86_400 + 1)) is None
    assert turn(ISO20022, sent, at(600)) is None, "this bank lays its answers out"
