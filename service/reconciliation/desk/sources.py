"""Where each kind of finance's exceptions lies, as one query with the same columns."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Select,
    Text,
    and_,
    cast,
    exists,
    false,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from service.batches.models import Batch, Payment
from service.dispatch.models import BankFile
from service.dispatch.recall.lifecycle import WAITING
from service.dispatch.recall.models import Recall
from service.foundation import clock
from service.foundation.working_days import working_days_ago
from service.ledger.models import BankChannel, LedgerEntry
from service.officers.models import Officer
from service.officers.reach import in_place
from service.reconciliation.desk.models import FinanceTask
from service.reconciliation.desk.wanted import NOBODY, OTHER, Wanted
from service.reconciliation.models import BankStatement, InboundFile, ReplyLine, StatementLine
from service.reconciliation.quarantine.queries import is_rejected
from service.reconciliation.queries import (
    FAILED,
    is_corrected,
    is_replaced,
    is_still_open,
)
from service.reconciliation.reasons import REASONS
from service.reconciliation.receipts.models import ReceiptAssignment
from service.reconciliation.receipts.queries import is_assigned
from service.reconciliation.replaced import replaced
from service.reconciliation.words import LEFT_LYING

_ZONE = "Asia/Shanghai"
_ALARMING = ("unknown", "letter", "answered")
"""States of a recall in which a person has to do something; in the others it is late, or no exception."""


def _day(instant: Any) -> ColumnElement[Any]:
    return cast(func.timezone(_ZONE, instant), Date)


_IDS: dict[str, Any] = {
    "failed": Payment.id,
    "line": ReplyLine.id,
    "receipt": StatementLine.id,
    "file": InboundFile.id,
    "recall": Recall.id,
}
_SINCE: dict[str, Any] = {
    "failed": Payment.failed_on,
    "line": _day(InboundFile.received_at),
    "receipt": BankStatement.booked_on,
    "file": _day(InboundFile.received_at),
    "recall": _day(Recall.asked_at),
}
_AMOUNTS: dict[str, Any] = {
    "failed": Payment.amount_fen,
    "line": func.coalesce(ReplyLine.amount_fen, Payment.amount_fen, 0),
    "receipt": StatementLine.signed_fen,
    "file": func.coalesce(BankFile.amount_fen, 0),
    "recall": Recall.amount_fen,
}
_CHANNELS: dict[str, Any] = {
    "failed": Payment.channel_id,
    "line": InboundFile.channel_id,
    "receipt": BankStatement.channel_id,
    "file": InboundFile.channel_id,
    "recall": BankFile.channel_id,
}


def id_of(kind: str) -> Any:
    """Return the column of a kind's id."""
    return _IDS[kind]


def since_of(kind: str) -> Any:
    """Return the column of the day since which an exception of a kind is open."""
    return _SINCE[kind]


def amount_of(kind: str) -> Any:
    """Return the column of a kind's amount in fen."""
    return _AMOUNTS[kind]


def of(kind: str, wanted: Wanted) -> Select[Any] | None:
    """Return the query of the open exceptions of a kind that are wanted; None where none can be."""
    if wanted.kind not in ("", kind):
        return None
    conditions = _conditions(kind, wanted)
    return None if conditions is None else _QUERIES[kind]().where(*conditions)


def _columns(kind: str, **more: Any) -> list[Any]:
    given = {
        "programme": null(), "division": null(), "payment_id": null(), "payee_name": null(),
        "code": literal(""), "said": literal(""), "is_ready": false(), "is_asked": false(),
    } | more  # fmt: skip
    return [
        _IDS[kind].label("id"),
        _SINCE[kind].label("since"),
        _AMOUNTS[kind].label("amount_fen"),
        _CHANNELS[kind].label("channel_id"),
        *(column.label(name) for name, column in given.items()),
    ]


def _failed() -> Select[Any]:
    return select(
        *_columns(
            "failed", programme=Payment.programme, division=Payment.division,
            payment_id=Payment.id, payee_name=Payment.payee_name, code=Payment.result_code,
            said=Payment.result_reason, is_ready=is_corrected(),
        )
    ).where(Payment.state.in_(FAILED))  # fmt: skip


def _lines() -> Select[Any]:
    said = func.trim(func.concat(ReplyLine.code, " ", ReplyLine.reason))
    return (
        select(
            *_columns(
                "line", programme=Payment.programme, division=Payment.division,
                payment_id=Payment.id, payee_name=Payment.payee_name, code=ReplyLine.outcome,
                said=said,
            )
        )
        .join(InboundFile, InboundFile.id == ReplyLine.inbound_file_id)
        .outerjoin(Payment, Payment.id == ReplyLine.payment_id)
        .where(ReplyLine.outcome.in_(LEFT_LYING), is_still_open())
    )  # fmt: skip


def _receipts() -> Select[Any]:
    given_up = exists().where(
        LedgerEntry.event_type == "receipt.written_off",
        LedgerEntry.event_id == cast(StatementLine.id, Text),
    )
    return (
        select(
            *_columns("receipt", said=StatementLine.bank_reference, is_asked=_assignment_asked())
        )
        .join(BankStatement, BankStatement.id == StatementLine.statement_id)
        .where(StatementLine.matched == "unidentified", ~is_assigned(), ~given_up, ~replaced())
    )


def _files() -> Select[Any]:
    return (
        select(*_columns("file", programme=Batch.programme, said=InboundFile.file_name))
        .outerjoin(BankFile, BankFile.id == InboundFile.bank_file_id)
        .outerjoin(Batch, Batch.id == BankFile.batch_id)
        .where(InboundFile.state == "quarantined", ~is_replaced(), ~is_rejected())
    )


def _recalls() -> Select[Any]:
    late = and_(Recall.state.in_(WAITING), Recall.answer_due_on < clock.today())
    return (
        select(
            *_columns("recall", programme=Batch.programme, code=Recall.state, said=Recall.reference)
        )
        .join(BankFile, BankFile.id == Recall.bank_file_id)
        .join(Batch, Batch.id == BankFile.batch_id)
        .where(or_(Recall.state.in_(_ALARMING), late))
    )


_QUERIES: dict[str, Callable[[], Select[Any]]] = {
    "failed": _failed,
    "line": _lines,
    "receipt": _receipts,
    "file": _files,
    "recall": _recalls,
}


def _assignment_asked() -> ColumnElement[bool]:
    return exists().where(
        ReceiptAssignment.statement_line_id == StatementLine.id,
        ReceiptAssignment.state == "asked",
    )


def _conditions(kind: str, wanted: Wanted) -> list[ColumnElement[bool]] | None:
    """Return what is asked of a kind; None where it can hold nothing that is asked for."""
    asked: list[ColumnElement[bool]] = []
    if wanted.bank:
        bank = select(BankChannel.id).where(BankChannel.code == wanted.bank).scalar_subquery()
        asked.append(_CHANNELS[kind] == bank)
    if wanted.programme:
        if kind == "receipt":
            return None
        of = Payment if kind in ("failed", "line") else Batch
        asked.append(of.programme == wanted.programme)
    if wanted.place:
        if kind not in ("failed", "line"):
            return None
        asked.append(in_place(wanted.place, Payment.division))
    if wanted.age:
        asked.append(_SINCE[kind] <= working_days_ago(int(wanted.age), clock.today()))
    for one in (_reason(kind, wanted.reason), _state(kind, wanted.state)):
        if one is None:
            return None
        asked.append(one)
    if wanted.owner:
        asked.append(_owned(kind, wanted.owner))
    return asked


def _reason(kind: str, reason: str) -> ColumnElement[bool] | None:
    if not reason:
        return true()
    if kind == "failed" and reason == OTHER:
        return func.coalesce(Payment.result_code, "").not_in(list(REASONS))
    if kind == "failed" and reason in REASONS:
        return Payment.result_code == reason
    if kind == "line" and reason in LEFT_LYING:
        return ReplyLine.outcome == reason
    return None


def _state(kind: str, state: str) -> ColumnElement[bool] | None:
    if not state:
        return true()
    if kind == "failed":
        return {"ready": is_corrected(), "to_do": ~is_corrected()}.get(state)
    if kind == "receipt":
        return {"asked": _assignment_asked(), "to_do": ~_assignment_asked()}.get(state)
    return true() if state == "to_do" else None


def _owned(kind: str, owner: str) -> ColumnElement[bool]:
    mine = (
        select(FinanceTask.id)
        .where(
            FinanceTask.kind == kind,
            FinanceTask.thing == cast(_IDS[kind], Text),
            FinanceTask.state != "open",
        )
        .correlate(_IDS[kind].class_)
    )
    if owner == NOBODY:
        return ~mine.exists()
    named = select(Officer.id).where(Officer.username == owner).scalar_subquery()
    return mine.where(FinanceTask.owner_id == named).exists()
