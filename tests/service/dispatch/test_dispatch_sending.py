"""Signed bytes go to both banks once, and what the bank does is what we believe it did."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select, update

from service.audit.models import AuditEntry
from service.dispatch import queries
from service.dispatch.hand_over import begin, hand_over
from service.foundation import jobs
from service.foundation.database import transaction
from service.foundation.jobs import Job
from service.ledger.queries import balances
from tests.bank_adapters.banks import wait_until
from tests.factories.banks import our_totals, their_totals
from tests.factories.batches import PAY_DAY
from tests.factories.town import Town


def test_a_signed_batch_is_paid_by_both_banks_to_the_fen(town: Town) -> None:
    town.open().sign(lines=10)
    before = {file.file_name: file.sha256 for file in town.files()}
    town.send()
    assert {file.state for file in town.files()} == {"delivered"}
    assert town.batch().state == "sent"
    with town.committed.transaction() as session:
        assert our_totals(session) == {"sent": (10, 100_055)}
        assert balances(session)["commitments:MZ15"] == 0
        assert balances(session)["in_transit:ccb:MZ15"] == 50_025
        assert balances(session)["in_transit:rural:MZ15"] == 50_030
    town.collect_until(town.answered)
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank) == {"paid": (10, 100_055)}
        assert balances(session)["settled:MZ15"] == 100_055
        assert balances(session)["in_transit:ccb:MZ15"] == 0
        assert sum(balances(session).values()) == 0
    assert town.batch().state == "answered"
    assert town.bank.referee()["paid_more_than_once"] == []
    assert {file.file_name: file.sha256 for file in town.files()} == before
    assert {payment.settled_on for payment in town.payments()} == {PAY_DAY}


def test_the_bank_holds_exactly_the_bytes_that_were_signed(town: Town) -> None:
    import hashlib

    town.open().sign()
    town.send()
    for file, user in ((town.file("ccb"), "ccb"), (town.file("rural"), "iso")):
        kept = town.bank.state / user / "archive" / file.file_name
        wait_until(kept.exists)
        content = kept.read_bytes()
        assert hashlib.sha256(content).hexdigest() == file.sha256
        assert content == queries.content(file)


def test_the_intent_is_written_down_before_the_bytes_leave(town: Town) -> None:
    town.open().sign()
    town.send()
    for file in town.files():
        with town.committed.transaction() as session:
            acts = session.scalars(
                select(AuditEntry.act)
                .where(AuditEntry.object_id == str(file.id), AuditEntry.act.startswith("bank_file"))
                .order_by(AuditEntry.at)
            ).all()
        assert acts == ["bank_file.prepared", "bank_file.sending", "bank_file.delivered"]
        assert file.intent_at is not None
        assert file.sent_at is not None
        assert file.intent_at <= file.sent_at


def test_pressing_send_again_sends_nothing_again(town: Town) -> None:
    batch_id = town.open().sign()
    town.send()
    for file in town.files():
        with transaction() as session:
            hand_over(session, str(file.id))
            begin(session, str(batch_id))
    town.send()
    town.collect_until(town.answered)
    for file in town.files():
        with transaction() as session:
            hand_over(session, str(file.id))
    assert len(town.bank.referee()["payments"]) == 4
    assert town.bank.referee()["paid_more_than_once"] == []


def test_several_workers_on_one_file_hand_it_over_once(town: Town) -> None:
    town.open().sign()
    jobs.drain(kinds=("dispatch.begin",))
    file, together = town.file("rural"), Barrier(4)

    def press(_: int) -> None:
        together.wait(timeout=60)
        with transaction() as session:
            hand_over(session, str(file.id))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(press, range(4)))
    town.send()
    town.resolve()
    town.collect_until(town.answered)
    assert town.bank.referee()["paid_more_than_once"] == []
    assert len(town.bank.referee()["payments"]) == 4


def test_nothing_is_sent_while_the_bank_is_away_and_everything_once_it_is_back(
    town: Town,
) -> None:
    town.open().sign()
    town.bank.stop()
    town.send()
    assert {file.state for file in town.files()} == {"prepared"}
    assert {payment.state for payment in town.payments()} == {"frozen"}
    with town.committed.transaction() as session:
        failures = session.scalars(select(Job.error_code).where(Job.kind == "dispatch.hand_over"))
        assert set(failures) == {"not_delivered"}
    town.bank.start()
    town.wait_for_retries()
    town.send()
    town.collect_until(town.answered)
    assert town.bank.referee()["paid_more_than_once"] == []


def test_another_host_key_is_no_bank_of_ours(town: Town) -> None:
    town.open().sign()
    with town.committed.transaction() as session:
        from service.ledger.models import BankChannel

        other = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIMmTdfI6jTAfJYX5a5Lrsp7TkFkHVOpZdkFyHU5lWNQV"
        session.execute(update(BankChannel).values(host_key=other))
    town.send()
    assert {file.state for file in town.files()} == {"prepared"}
    assert town.bank.referee()["payments"] == []


@pytest.mark.parametrize("lines", [1, 3])
def test_a_batch_of_one_bank_or_uneven_halves_is_sent_whole(town: Town, lines: int) -> None:
    town.open().sign(lines=lines)
    assert len(town.files()) == min(lines, 2)
    town.send()
    town.collect_until(town.answered)
    with town.committed.transaction() as session:
        assert our_totals(session) == their_totals(town.bank)
