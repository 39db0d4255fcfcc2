"""Act on what a bank answers to a recall: move the payments, the money, and the recall itself.

Cancelled and never paid: the payment failed and its money is committed again, as after a rejection.
Cancelled and paid before we asked: it stays paid until the money is on the statement. Refused: it
goes on as if nobody had asked. Cancelled and paid, both said after we asked: a person asks the bank.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bank_adapters.cancellation import Answer
from service.audit.actor import Actor
from service.audit.moves import move
from service.batches import queries as batch_queries
from service.batches.lines import move_lines
from service.batches.models import Batch, Payment
from service.batches.recoveries.book import book_offsets
from service.dispatch import queries as dispatch_queries
from service.dispatch.models import BankFile
from service.dispatch.recall import queries
from service.dispatch.recall.lifecycle import OPEN, WAITING
from service.dispatch.recall.lines import move_recall_lines
from service.dispatch.recall.models import Recall, RecallLine
from service.foundation import clock
from service.ledger.models import BankChannel
from service.ledger.post import account_code, post

CANCELLED_CODE = "CANC"
_UNSETTLED = ("sent", "unknown")
_CAME_TO_NOTHING = ("rejected", "returned", "reissued")


@dataclass(frozen=True)
class Said:
    """What a bank answered about one payment, with its code and words."""

    answer: Answer
    code: str = ""
    words: str = ""


@dataclass
class Applied:
    """What an answer did, by payment id: "moved", "unchanged" or "contradiction"."""

    outcomes: dict[int, str] = field(default_factory=dict)


def apply(
    session: Session,
    recall: Recall,
    said: Mapping[int, Said],
    *,
    event_id: str,
    by: Actor,
    on: tuple[str, object],
) -> Applied:
    """Apply an answer to those of the recall's payments that it names, under their locks.

    ``event_id`` makes the posting of this answer one of a kind. A final answer that came before is
    "unchanged"; the opposite of one is a contradiction and moves nothing.
    """
    pairs = _locked_pairs(session, recall, list(said))
    _keep_words(session, recall, {line.payment_id: said[line.payment_id] for line, _ in pairs})
    then: dict[str, list[int]] = {"cancelled": [], "refused": [], "disputed": []}
    stopped: list[int] = []
    paid: list[int] = []
    applied = Applied()
    for line, payment in pairs:
        answer = said[payment.id].answer
        new = _judge(line, payment, answer)
        if new == "disputed":
            applied.outcomes[payment.id] = "contradiction"
        else:
            applied.outcomes[payment.id] = "moved" if new else "unchanged"
        if new:
            then[new].append(payment.id)
        if new == "cancelled" and payment.state in _UNSETTLED:
            stopped.append(payment.id)
        if new == "refused" and was_stopped(payment):
            paid.append(payment.id)
    _stop(session, recall, stopped, said, event_id=event_id, by=by, on=on)
    _paid_after_all(session, recall, paid, event_id=event_id, by=by, on=on)
    for state, ids in then.items():
        move_recall_lines(session, recall, ids, state, by=by, details={"from": str(on[1])})
    finish(session, recall, by=by)
    return applied


def follow(session: Session, file: BankFile, *, by: Actor) -> None:
    """After a reply or statement moved payments of a file: bring its recalls up to date.

    A payment that failed or came back needs no further answer to its recall. Cheap when the file
    has none.
    """
    for recall in queries.waiting_of(session, file):
        gone = session.scalars(
            select(RecallLine.payment_id)
            .join(Payment, Payment.id == RecallLine.payment_id)
            .where(
                RecallLine.recall_id == recall.id,
                RecallLine.state == "asked",
                Payment.state.in_(_CAME_TO_NOTHING),
            )
        ).all()
        move_recall_lines(session, recall, gone, "cancelled", by=by)
        finish(session, recall, by=by)


def dispute(session: Session, payment_ids: Sequence[int], *, by: Actor) -> None:
    """A bank says paid of what it had cancelled (or the reverse): a person asks which is true."""
    rows = session.execute(
        select(RecallLine.recall_id, RecallLine.payment_id).where(
            RecallLine.payment_id.in_(payment_ids), RecallLine.state.in_(("cancelled", "asked"))
        )
    ).all()
    by_recall: dict[UUID, list[int]] = {}
    for recall_id, payment_id in rows:
        by_recall.setdefault(recall_id, []).append(payment_id)
    for recall_id in sorted(by_recall, key=str):
        recall = queries.locked(session, recall_id)
        move_recall_lines(session, recall, by_recall[recall_id], "disputed", by=by)
        if recall.state in {"answered", "closed"}:
            move(session, recall, "delivered", by=by)


def finish(session: Session, recall: Recall, *, by: Actor) -> None:
    """Close a recall whose every payment has its end; one with refusals waits to be told of."""
    states = queries.states_of(session, recall)
    if any(one in states for one in OPEN) or recall.state not in WAITING:
        return
    if recall.state == "sending":
        move(session, recall, "delivered", by=by)
    move(session, recall, "answered", by=by, details={k: v[0] for k, v in states.items()})
    if "refused" not in states:
        move(session, recall, "closed", by=by)


def _judge(line: RecallLine, payment: Payment, answer: Answer) -> str:
    """Return the line's new state, or "" when the answer changes nothing."""
    wanted = {Answer.CANCELLED: "cancelled", Answer.REFUSED: "refused"}.get(answer, "")
    if wanted in ("", line.state):
        return ""
    if line.state == "disputed":
        return wanted
    if line.state != "asked":
        return "disputed"
    # Paid before we asked, it comes back as money; paid after we asked, it is one or the other.
    contradicted = (
        was_stopped(payment)
        if wanted == "refused"
        else payment.state == "paid" and line.was != "paid"
    )
    return "disputed" if contradicted else wanted


def was_stopped(payment: Payment) -> bool:
    """Return whether a payment failed because a bank said that it cancelled it."""
    return payment.state == "rejected" and payment.result_code == CANCELLED_CODE


def _locked_pairs(
    session: Session, recall: Recall, payment_ids: list[int]
) -> list[tuple[RecallLine, Payment]]:
    rows = session.execute(
        select(RecallLine, Payment)
        .join(Payment, Payment.id == RecallLine.payment_id)
        .where(RecallLine.recall_id == recall.id, RecallLine.payment_id.in_(payment_ids))
        .order_by(RecallLine.payment_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return [(row[0], row[1]) for row in rows]


def _keep_words(session: Session, recall: Recall, said: Mapping[int, Said]) -> None:
    told: dict[tuple[str, str], list[int]] = {}
    for payment_id, one in said.items():
        told.setdefault((one.code[:40], one.words[:200]), []).append(payment_id)
    for (code, words), ids in told.items():
        session.execute(
            update(RecallLine)
            .where(RecallLine.recall_id == recall.id, RecallLine.payment_id.in_(ids))
            .values(code=code, told=words)
            .execution_options(synchronize_session=False)
        )


def _stop(
    session: Session,
    recall: Recall,
    ids: list[int],
    said: Mapping[int, Said],
    *,
    event_id: str,
    by: Actor,
    on: tuple[str, object],
) -> None:
    """Move payments that are not executed to rejected, and their money back to what is committed."""
    if not ids:
        return
    file = session.get_one(BankFile, recall.bank_file_id)
    batch = batch_queries.locked(session, file.batch_id)
    channel = session.get_one(BankChannel, file.channel_id)
    amount_fen = 0
    for words in sorted({said[one].words for one in ids}):
        mine = [one for one in ids if said[one].words == words]
        values = {"result_code": CANCELLED_CODE, "result_reason": words[:200] or None}
        for now in _UNSETTLED:
            amount_fen += move_lines(
                session, Payment.id.in_(mine), now=now, then="rejected", by=by, on=on, values=values
            )[1]
    in_transit = account_code("in_transit", channel=channel.code, programme=batch.programme)
    post(
        session,
        "recall.cancelled",
        event_id,
        {account_code("commitments", programme=batch.programme): amount_fen, in_transit: -amount_fen},
        booked_on=clock.today(),
    )  # fmt: skip
    book_offsets(session, batch.programme)
    _answered(session, file, batch, by=by)


def _paid_after_all(
    session: Session,
    recall: Recall,
    ids: list[int],
    *,
    event_id: str,
    by: Actor,
    on: tuple[str, object],
) -> None:
    """Two officers found that the bank had paid what it first said it had cancelled."""
    if not ids:
        return
    file = session.get_one(BankFile, recall.bank_file_id)
    batch = batch_queries.locked(session, file.batch_id)
    values = {"settled_on": file.execution_date, "result_code": None, "result_reason": None}
    _, amount_fen = move_lines(
        session, Payment.id.in_(ids), now="rejected", then="paid", by=by, on=on, values=values
    )
    settled = account_code("settled", programme=batch.programme)
    commitments = account_code("commitments", programme=batch.programme)
    post(
        session, "recall.paid_after_all", event_id,
        {settled: amount_fen, commitments: -amount_fen}, booked_on=clock.today(),
    )  # fmt: skip
    book_offsets(session, batch.programme)


def _answered(session: Session, file: BankFile, batch: Batch, *, by: Actor) -> None:
    """A file whose every payment has its end is answered, though no reply to it may ever come."""
    waiting = session.scalar(
        select(Payment.id)
        .where(Payment.bank_file_id == file.id, Payment.state.in_(_UNSETTLED))
        .limit(1)
    )
    if waiting is None and file.state == "unknown":
        # Here or not, the bank executes nothing of it; it is never sent again.
        move(session, file, "delivered", by=by, details={"seen": "cancelled"})
    if waiting is None and file.state == "delivered":
        move(session, file, "answered", by=by)
        files = dispatch_queries.of_batch(session, batch)
        if batch.state == "sent" and all(one.state == "answered" for one in files):
            move(session, batch, "answered", by=by)
