"""An event arrives: signed, at least once, in order for its batch, and nobody waits for a broken one."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from service.audit.actor import SYSTEM
from service.audit.models import AuditEntry
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.foundation import clock, jobs
from service.foundation.settings import settings
from service.webhooks import operate, outbox, post
from service.webhooks.deliver import DELAYS, deliver_due, deliver_next
from service.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookEvent, WebhookTry
from tests.factories.batches import BatchFactory, PaymentFactory
from tests.foundation.committed import Committed
from tests.service.webhooks.conftest import Agreed, agree, hurry
from tests.service.webhooks.receiver import GOOD, Receiver, is_signed, own_certificate


def _moved(committed: Committed, batch: Batch, now: str, then: str) -> None:
    with committed.transaction() as session:
        move_lines(
            session, Payment.batch_id == batch.id, now=now, then=then, by=SYSTEM,
            on=("batches", batch.id),
        )  # fmt: skip


def _sent(committed: Committed, lines: int = 2) -> Batch:
    with committed.transaction():
        batch: Batch = BatchFactory.create()
        PaymentFactory.create_batch(lines, batch=batch)
    _moved(committed, batch, "ready", "frozen")
    _moved(committed, batch, "frozen", "sent")
    return batch


def _tries(committed: Committed) -> list[tuple[str, int | None]]:
    with committed.transaction() as session:
        found = session.scalars(select(WebhookTry).order_by(WebhookTry.id))
        return [(one.outcome, one.status) for one in found]


def _one(committed: Committed) -> WebhookDelivery:
    with committed.transaction() as session:
        return session.scalars(select(WebhookDelivery)).one()


def _endpoint(committed: Committed, agreed: Agreed) -> WebhookEndpoint:
    with committed.transaction() as session:
        return session.get_one(WebhookEndpoint, agreed.id)


def test_the_job_sends_what_happened_signed(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    batch = _sent(committed)
    assert jobs.drain(kinds=(outbox.DELIVER,)) == 1
    (one,) = receiver.got
    assert is_signed(one, agreed.secret)
    assert abs(int(one["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert one["content-type"].startswith("application/json")
    assert receiver.bodies[0]["data"]["batch_no"] == batch.batch_no
    assert _tries(committed) == [("taken", 204)]
    assert _one(committed).delivered_at is not None
    assert deliver_due() == 0
    assert len(receiver.got) == 1


def test_a_changed_body_is_not_signed(
    agreed: Agreed, committed: Committed, receiver: Receiver
) -> None:
    _sent(committed)
    deliver_due()
    assert not is_signed({**receiver.got[0], "body": receiver.got[0]["body"] + b" "}, agreed.secret)


def test_events_of_one_batch_arrive_in_order_and_wait_for_the_one_before(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (400, {}, b"no")
    stuck = _sent(committed)
    assert deliver_next(agreed.id)
    _moved(committed, stuck, "sent", "paid")
    receiver.answer = lambda _: GOOD
    other = _sent(committed)
    assert deliver_due() == 1
    assert receiver.bodies[-1]["data"]["batch_no"] == other.batch_no
    hurry(committed)
    assert deliver_due() == 2
    told = [(one["data"]["batch_no"], one["type"]) for one in receiver.bodies[-2:]]
    assert told == [(stuck.batch_no, "payment.sent"), (stuck.batch_no, "payment.paid")]


def test_what_is_refused_comes_again_later_with_the_same_id_and_bytes(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (500, {}, "数据库忙 6217000010001234567".encode())
    _sent(committed)
    begun = clock.now()
    assert deliver_due() == 1
    again = _one(committed)
    assert again.due_at is not None
    assert timedelta(seconds=3.9) <= again.due_at - begun <= timedelta(seconds=10)
    with committed.transaction() as session:
        (tried,) = session.scalars(select(WebhookTry))
        assert tried.answer.startswith("数据库忙")
        assert "6217000010001234567" not in tried.answer
    assert _endpoint(committed, agreed).failing_since is not None
    receiver.answer = lambda _: GOOD
    hurry(committed)
    assert deliver_due() == 1
    first, second = receiver.got
    assert first["webhook-id"] == second["webhook-id"]
    assert first["body"] == second["body"]
    assert _endpoint(committed, agreed).failing_since is None


def test_retry_after_is_heeded(committed: Committed, agreed: Agreed, receiver: Receiver) -> None:
    receiver.answer = lambda _: (429, {"retry-after": "600"}, b"")
    _sent(committed)
    begun = clock.now()
    deliver_due()
    due = _one(committed).due_at
    assert due is not None
    assert due - begun >= timedelta(seconds=600)
    left_alone = _endpoint(committed, agreed).not_before
    assert left_alone is not None
    assert left_alone - begun >= timedelta(seconds=600)


def test_one_poisonous_event_is_parked_after_days_and_the_next_goes_on(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.answer = lambda one: (422, {}, b"") if b"payment.sent" in one["body"] else GOOD
    batch = _sent(committed)
    for _ in range(len(DELAYS) + 1):
        hurry(committed)
        assert deliver_next(agreed.id)
    parked = _one(committed)
    assert parked.parked_at is not None
    assert parked.due_at is None
    _moved(committed, batch, "sent", "paid")
    assert deliver_due() == 1
    assert receiver.bodies[-1]["type"] == "payment.paid"
    assert sum(DELAYS, timedelta()) > timedelta(days=2, hours=12)


def test_who_takes_nothing_for_days_is_switched_off_by_the_service(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (503, {}, b"")
    _sent(committed)
    deliver_due()
    with time_machine.travel(clock.now() + timedelta(days=3, minutes=1)):
        assert deliver_due() == 1
        off = _endpoint(committed, agreed)
        assert (off.state, off.off_because) == ("off", "silent")
        assert deliver_due() == 0
        with committed.transaction() as session:
            entry = session.scalars(
                select(AuditEntry).where(AuditEntry.act == "webhook.switched_off")
            ).one()
            assert entry.actor_kind == "system"
            operate.switch_on(session, agreed.id, by=agreed.system)
        receiver.answer = lambda _: GOOD
        hurry(committed)
        assert deliver_due() == 1


def test_who_says_gone_is_switched_off_at_once(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (410, {}, b"")
    _sent(committed)
    deliver_due()
    off = _endpoint(committed, agreed)
    assert (off.state, off.off_because) == ("off", "gone")


def test_a_redirect_is_not_followed(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (302, {"location": receiver.url}, b"")
    _sent(committed)
    deliver_due()
    assert _tries(committed) == [("refused", 302)]
    assert len(receiver.got) == 1


def test_who_is_slow_is_not_waited_for(
    committed: Committed, agreed: Agreed, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "ALL_SECONDS", 0.4)
    receiver.slow_seconds = 1.5
    _sent(committed)
    deliver_due()
    assert _tries(committed) == [("too_slow", None)]


def test_an_endless_answer_is_read_no_further_than_it_needs(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.answer = lambda _: (200, {}, b"x" * 3_000_000)
    _sent(committed)
    deliver_due()
    assert _tries(committed) == [("taken", 200)]
    with committed.transaction() as session:
        assert len(session.scalars(select(WebhookTry)).one().answer) == 300


def test_nobody_at_home_is_said(committed: Committed, agreed: Agreed, receiver: Receiver) -> None:
    receiver.stop()
    _sent(committed)
    deliver_due()
    assert _tries(committed) == [("not_reached", None)]
    receiver.start()


def test_two_workers_send_each_event_once(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    receiver.slow_seconds = 0.05
    for _ in range(6):
        _sent(committed, 1)
    workers = [threading.Thread(target=deliver_due) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(receiver.got) == 6
    assert len({one["webhook-id"] for one in receiver.got}) == 6


def test_a_worker_killed_after_sending_sends_again_under_the_same_id(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    _sent(committed)
    killed: list[subprocess.Popen[bytes]] = []

    def answer(_: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        if len(receiver.got) == 1:
            os.kill(killed[0].pid, signal.SIGKILL)
        return GOOD

    receiver.answer = answer
    run = "from service import load_jobs; load_jobs(); from service.webhooks.deliver import deliver_due; deliver_due()"
    receiver.slow_seconds = 0.2
    killed.append(subprocess.Popen([sys.executable, "-c", run], env={**os.environ}))
    assert killed[0].wait(60) == -signal.SIGKILL
    assert _tries(committed) == []
    receiver.slow_seconds = 0.0
    for _ in range(50):
        if deliver_due():
            break
        threading.Event().wait(0.1)
    first, second = receiver.got
    assert first["webhook-id"] == second["webhook-id"]
    assert first["body"] == second["body"]
    assert _one(committed).delivered_at is not None


def test_during_a_change_of_secrets_both_sign_and_then_the_new_one_alone(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    with committed.transaction() as session:
        newer = operate.rotate(session, agreed.id, by=agreed.system)
    _sent(committed)
    deliver_due()
    assert is_signed(receiver.got[0], newer)
    assert is_signed(receiver.got[0], agreed.secret)
    with time_machine.travel(clock.now() + timedelta(hours=25)):
        _sent(committed)
        deliver_due()
    assert is_signed(receiver.got[1], newer)
    assert not is_signed(receiver.got[1], agreed.secret)


def test_what_happened_is_sent_again_by_id_and_by_time(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    _sent(committed)
    with committed.transaction() as session:
        operate.switch_off(session, agreed.id, by=agreed.system)
    _sent(committed)
    with committed.transaction() as session:
        operate.switch_on(session, agreed.id, by=agreed.system)
    assert deliver_due() == 1
    with committed.transaction() as session:
        begun = clock.now() - timedelta(hours=1)
        missed = operate.replay_between(
            session, agreed.id, begun, clock.now() + timedelta(hours=1), by=agreed.system
        )
        assert missed == 2
    assert deliver_due() == 2
    with committed.transaction() as session:
        event = session.scalars(select(WebhookEvent).order_by(WebhookEvent.seq)).first()
        assert event is not None
        operate.replay_one(session, agreed.id, event.id, by=agreed.system)
    assert deliver_due() == 1
    ids = [one["webhook-id"] for one in receiver.got]
    assert ids == [ids[0], ids[0], ids[2], ids[0]]


def test_a_test_event_goes_to_who_asked_for_it(
    committed: Committed, agreed: Agreed, receiver: Receiver
) -> None:
    with committed.transaction() as session:
        operate.try_out(session, agreed.id, by=agreed.system)
    deliver_due()
    (body,) = receiver.bodies
    assert (body["type"], body["data"]["endpoint"]) == ("test", "民政业务系统")


def test_over_tls_the_receivers_certificate_is_checked(
    committed: Committed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = own_certificate(tmp_path)
    receiver = Receiver(certificate=files).start()
    with committed.transaction() as session:
        agree(session, receiver.url)
    _sent(committed)
    deliver_due()
    assert _tries(committed) == [("not_secure", None)]
    assert receiver.got == []
    monkeypatch.setenv("ANXIN_WEBHOOK_ROOTS_FILE", str(files[0]))
    settings.cache_clear()
    hurry(committed)
    deliver_due()
    receiver.stop()
    assert _tries(committed)[1:] == [("taken", 204)]
