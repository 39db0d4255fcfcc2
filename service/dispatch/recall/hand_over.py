"""Hand a request to cancel to the bank: by the same road and with the same care as a payment file.

Intent first, bytes next, three outcomes. A request that provably did not arrive is tried again. One
that may have arrived is looked for; seen nowhere after the bank's own waiting time, the same bytes
are handed over once more: asked twice not to pay, a bank pays nothing twice.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bank_adapters.transport import Delivery, Outcome, Place
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.dispatch.channels import transport
from service.dispatch.hand_over import NotDelivered
from service.dispatch.models import BankFile
from service.dispatch.recall import queries
from service.dispatch.recall.models import Recall
from service.foundation import clock
from service.foundation.database import transaction
from service.foundation.jobs import enqueue, job
from service.foundation.problems import Problem
from service.ledger.models import BankChannel


class RecallStillUnknown(Problem):
    """Whether the bank has a request to cancel cannot be told yet."""

    code = "recall_still_unknown"
    status = 409
    title = "It is not known yet whether the bank has this request"

    def __init__(self, recall: Recall) -> None:
        super().__init__(
            f"Whether the bank has the recall {recall.reference} is not known; it is looked for again later.",
            f"银行是否已收到撤销请求 {recall.reference} 尚不确定，稍后将再次查找。",
        )


@job("dispatch.hand_over_recall", queue="bank", attempts_max=12)
def hand_over_recall(_session: Session, recall_id: str) -> None:
    """Send one request's exact bytes, once. Raises NotDelivered, so that it is tried again."""
    with transaction() as session:
        recall = queries.locked(session, UUID(recall_id))
        if recall.state == "sending":
            _unknown(session, recall, {"step": "worker", "code": "worker_lost"})
            return
        if recall.state != "prepared" or recall.content is None or recall.file_name is None:
            return
        name, content = recall.file_name, recall.content
        way = transport(_channel(session, recall))
        recall.intent_at = clock.now()
        recall.attempts += 1
        attempt = recall.attempts
        move(session, recall, "sending", by=SYSTEM, details={"sha256": recall.sha256 or ""})
    delivery = way.deliver(name, content)
    with transaction() as session:
        _write_down(session, queries.locked(session, UUID(recall_id)), attempt, delivery)
    if delivery.outcome is Outcome.NOT_DELIVERED:
        raise NotDelivered(name, delivery)


@job("dispatch.resolve_recall", queue="bank", attempts_max=20)
def resolve_recall(session: Session, recall_id: str) -> None:
    """Look for an unknown request at the bank; raises RecallStillUnknown, so that it is tried again."""
    recall = queries.locked(session, UUID(recall_id))
    if recall.state != "unknown" or recall.content is None or recall.file_name is None:
        return
    channel = _channel(session, recall)
    way = transport(channel)
    seen = way.look(recall.file_name, len(recall.content), recall.sha256 or "")
    if seen.place is Place.PART:
        seen = way.withdraw(recall.file_name, len(recall.content))
    if seen.outcome is Outcome.DELIVERED:
        move(session, recall, "delivered", by=SYSTEM, details={"seen": seen.place.value})
        return
    waited = clock.now() - (recall.intent_at or clock.now())
    if seen.place is not Place.NOWHERE or waited < timedelta(seconds=channel.absence_seconds):
        raise RecallStillUnknown(recall)
    move(session, recall, "prepared", by=SYSTEM, details={"waited_seconds": waited.seconds})
    key = f"{recall.id}:{recall.attempts}"
    enqueue(session, "dispatch.hand_over_recall", key, recall_id=recall.id)


def _write_down(session: Session, recall: Recall, attempt: int, delivery: Delivery) -> None:
    if recall.state != "sending" or recall.attempts != attempt:
        return
    details = {"step": delivery.step, "code": delivery.code}
    if delivery.outcome is Outcome.NOT_DELIVERED:
        move(session, recall, "prepared", by=SYSTEM, details=details)
    elif delivery.outcome is Outcome.DELIVERED:
        move(session, recall, "delivered", by=SYSTEM, details=details)
    else:
        _unknown(session, recall, details)


def _unknown(session: Session, recall: Recall, details: dict[str, str]) -> None:
    move(session, recall, "unknown", by=SYSTEM, details=details)
    key = f"{recall.id}:{recall.attempts}"
    enqueue(session, "dispatch.resolve_recall", key, recall_id=recall.id)


def _channel(session: Session, recall: Recall) -> BankChannel:
    file = session.get_one(BankFile, recall.bank_file_id)
    return session.get_one(BankChannel, file.channel_id)
