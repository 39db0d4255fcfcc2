"""A request to cancel goes the road of a payment file: intent first, once, and unknown is looked for."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from bank_adapters.transport import Delivery, Outcome, Place, Sighting
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.dispatch.hand_over import NotDelivered
from service.dispatch.recall import hand_over
from service.dispatch.recall.ask import ask
from service.dispatch.recall.hand_over import RecallStillUnknown, hand_over_recall, resolve_recall
from service.dispatch.recall.models import Recall
from tests.foundation.committed import Committed
from tests.service.reconciliation.answers import sent


@dataclass
class Way:
    """A way to a bank that says what a test arranges."""

    outcomes: list[Outcome]
    seen: Outcome = Outcome.UNKNOWN
    carried: list[tuple[str, bytes]] = field(default_factory=list)
    meanwhile: Callable[[], None] = lambda: None

    def deliver(self, name: str, content: bytes) -> Delivery:
        self.carried.append((name, content))
        self.meanwhile()
        return Delivery(self.outcomes.pop(0), "write", "timed_out", "", "")

    def look(self, _name: str, _size: int, _sha256: str = "") -> Sighting:
        return Sighting(Place.ARCHIVE, None, self.seen)


def test_a_request_is_sent_once_whatever_happens(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    with committed.transaction() as session:
        out = sent(session, 4)
        lines = out.lines()
        recalls = [
            ask(
                session, out.file(), [line.reference], reason_code="UPAY", reason="已去世",
                by=out.people.signer, and_by=out.people.reconciler,
            ).id
            for line in lines
        ]  # fmt: skip
    way = Way([Outcome.NOT_DELIVERED, Outcome.DELIVERED, Outcome.UNKNOWN])
    monkeypatch.setattr(hand_over, "transport", lambda _channel: way)
    first, second = recalls

    def state(recall_id: UUID) -> str:
        with committed.transaction() as session:
            return session.get_one(Recall, recall_id).state

    def send(recall_id: UUID) -> None:
        with committed.transaction() as session:
            hand_over_recall(session, str(recall_id))

    way.meanwhile = lambda: seen_on_the_way.append(state(first))
    seen_on_the_way: list[str] = []
    with pytest.raises(NotDelivered):
        send(first)
    assert (state(first), seen_on_the_way) == ("prepared", ["sending"]), "intent is kept first"
    send(first)
    send(first)
    assert state(first) == "delivered"
    assert len(way.carried) == 2, "the second was the first to arrive; there is no third"
    assert len(set(way.carried)) == 1, "the same bytes under the same name"

    send(second)
    send(second)
    assert (state(second), len(way.carried)) == ("unknown", 3)
    with committed.transaction() as session, pytest.raises(RecallStillUnknown):
        resolve_recall(session, str(second))
    way.seen = Outcome.DELIVERED
    with committed.transaction() as session:
        resolve_recall(session, str(second))
        resolve_recall(session, str(second))
    assert state(second) == "delivered"


def test_a_worker_that_died_on_the_way_leaves_it_unknown(
    committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    way = Way([])
    monkeypatch.setattr(hand_over, "transport", lambda _channel: way)
    with committed.transaction() as session:
        out = sent(session, 2)
        recall = ask(
            session, out.file(), None, reason_code="DUPL", reason="重复",
            by=out.people.signer, and_by=out.people.reconciler,
        )  # fmt: skip
        move(session, recall, "sending", by=SYSTEM)
        recall_id = recall.id
    with committed.transaction() as session:
        hand_over_recall(session, str(recall_id))
    with committed.transaction() as session:
        assert session.get_one(Recall, recall_id).state == "unknown"
    assert way.carried == []
