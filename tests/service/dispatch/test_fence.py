"""Two senders of one file, one of them given up for lost: the lost one is not heard any more."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from bank_adapters.transport import Delivery, Outcome
from bank_adapters.transport.outcome import ended
from service.dispatch import hand_over as sending
from service.dispatch import queries
from service.dispatch.channels import transport
from service.dispatch.resolve import release_resend
from service.foundation.database import transaction
from service.ledger.models import BankChannel
from tests.factories.town import Town

SECONDS_MAX = 60.0


class Stalled:
    """A sender that stands still on its way to the bank until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = Event(), Event()
        self.channel: BankChannel | None = None
        self.delivers = True

    def deliver(self, name: str, content: bytes) -> Delivery:
        self.begun.set()
        assert self.go.wait(SECONDS_MAX)
        if not self.delivers:
            return ended(Outcome.NOT_DELIVERED, "write", "write_refused")
        assert self.channel is not None
        return transport(self.channel).deliver(name, content)


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    """Threads for the senders."""
    with ThreadPoolExecutor(2) as threads:
        yield threads


def test_who_speaks_for_an_earlier_attempt_is_not_heard(
    town: Town, monkeypatch: pytest.MonkeyPatch, pool: ThreadPoolExecutor
) -> None:
    town.open().sign()
    file = town.file("rural")
    first, second = Stalled(), Stalled()
    first.delivers = False
    waiting = iter((first, second))

    def stalled(channel: BankChannel) -> Stalled:
        way = next(waiting)
        way.channel = channel
        return way

    monkeypatch.setattr(sending, "transport", stalled)

    def send() -> None:
        with transaction() as session:
            sending.hand_over(session, str(file.id))

    def begin(way: Stalled) -> "Future[None]":
        future = pool.submit(send)
        assert way.begun.wait(SECONDS_MAX)
        return future

    lost = begin(first)
    send()
    assert town.file("rural").state == "unknown", "another worker took the first for lost"
    town.committed.as_superuser("UPDATE bank_files SET intent_at = intent_at - interval '1 hour'")
    with town.committed.transaction() as session:
        release_resend(
            session,
            queries.locked(session, file.id),
            by=town.people.signer,
            and_by=town.people.reconciler,
            reason="nowhere at the bank",
        )
    again = begin(second)

    first.go.set()
    with pytest.raises(sending.NotDelivered):
        lost.result(SECONDS_MAX)
    assert town.file("rural").state == "sending", "the lost one spoke for the second"

    second.go.set()
    again.result(SECONDS_MAX)
    assert (town.file("rural").state, town.file("rural").attempts) == ("delivered", 2)
    assert town.bank.referee()["paid_more_than_once"] == []
