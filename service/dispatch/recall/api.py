"""Recalls for programs: list and read them, ask for one, record what a bank answered; two officers each."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy.orm import Session

from bank_adapters.cancellation import Answer
from service.batches.api import Strict
from service.dispatch import queries as dispatch_queries
from service.dispatch.about import about_file, files_seen_by
from service.dispatch.recall import queries
from service.dispatch.recall.about import about_recall
from service.dispatch.recall.ask import ask
from service.dispatch.recall.by_hand import close, record_answer
from service.dispatch.recall.forms import Together, together
from service.dispatch.recall.lifecycle import WAITING
from service.dispatch.recall.models import Recall
from service.dispatch.recall.queries import RecallListed
from service.foundation import clock
from service.foundation.problems import NotFound
from service.officers.may import require
from service.officers.models import Officer
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.web.filters import masked_name
from service.web.transactions import Transaction, opener

router = APIRouter(prefix="/api/dispatch", tags=["recalls"])
References = Annotated[
    list[Annotated[str, Field(max_length=20)]],
    Field(max_length=1_000, description="Payments by our reference.", examples=[["000000000001C"]]),
]


class SecondOfficer(Strict):
    """Another officer who decides as well, at the same desk."""

    username: str = Field(max_length=64, examples=["liu.min"])
    password: str = Field(max_length=128)


class AskRecall(Strict):
    """Which payments of a file the bank shall not execute, and why."""

    references: References | None = Field(
        default=None, description="Without them every payment of the file that has no end yet."
    )
    reason_code: str = Field(max_length=10, examples=["UPAY"])
    reason: str = Field(max_length=500, examples=["受益人已去世，公安 11 月 20 日反馈"])
    second: SecondOfficer


class BankAnswer(Strict):
    """What the bank said on paper or by telephone, and what proves it."""

    said: Literal["cancelled", "refused"]
    references: References | None = Field(
        default=None, description="Without them every payment that is still open."
    )
    evidence: str = Field(max_length=500, examples=["建行来函 2026-11-26，经办张某"])
    second: SecondOfficer


class RecallLineOut(Strict):
    """One payment in a recall."""

    reference: str
    payee: str = Field(description="Masked.")
    amount_fen: int
    recall_state: str = Field(description="asked, cancelled, refused or disputed.")
    payment_state: str
    code: str
    told: str


class RecallOut(Strict):
    """One request to a bank, in fen."""

    id: UUID
    reference: str
    state: str = Field(
        description="prepared, sending, unknown, delivered, letter, answered (refused in part) or closed."
    )
    is_late: bool
    bank: str
    batch_no: str
    file_id: UUID
    file_name: str
    reason_code: str
    reason: str
    count: int
    amount_fen: int
    asked_at: datetime
    answer_due_on: date


class RecallDetail(RecallOut):
    """With its payments, those that still wait first; ``hidden`` are more than are told."""

    lines: list[RecallLineOut]
    hidden: int


@router.get("/recalls")
def list_recalls(
    session: Transaction,
    officer: SignedInOfficer,
    state: Annotated[Literal["", "open"], Query(description="`open`: not closed yet.")] = "",
) -> list[RecallOut]:
    """Recalls that the officer may see, the newest 200, those that are not closed first."""
    require(officer, "dispatch.read")
    found = queries.listed(session, waiting=state == "open", seen=files_seen_by(officer))
    return [told(one) for one in found]


@router.get("/recalls/{recall_id}")
def read_recall(session: Transaction, officer: SignedInOfficer, recall_id: UUID) -> RecallDetail:
    """One recall with what the bank said of each payment. Problem: ``not_found``."""
    require(officer, "dispatch.read", about_recall(session, recall_id))
    return detail(session, recall_id)


@router.post("/{file_id}/recall")
@once_only
def ask_recall(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    file_id: UUID,
    body: AskRecall,
) -> RecallDetail:
    """Ask the bank not to execute payments; nothing moves before it answers.

    Problems: ``not_recallable``, ``recall_reference_unknown``, ``recall_reason_unknown``,
    ``reason_missing``, ``recall_needs_two``, ``recall_unwritable``, ``sign_in_refused``.
    """
    require(officer, "dispatch.send", about_file(session, file_id))

    def asking(deciding: Session, by: Officer, and_by: Officer) -> UUID:
        file = dispatch_queries.locked(deciding, file_id)
        return ask(
            deciding, file, body.references, reason_code=body.reason_code, reason=body.reason,
            by=by, and_by=and_by,
        ).id  # fmt: skip

    return _now(request, together(request, officer.id, _second(body.second), asking))


@router.post("/recalls/{recall_id}/answer")
@once_only
def record_recall_answer(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    recall_id: UUID,
    body: BankAnswer,
) -> RecallDetail:
    """Record what the bank answered on paper or by telephone.

    Problems: ``evidence_missing``, ``recall_nothing_open``, ``recall_needs_two``,
    ``sign_in_refused``.
    """
    require(officer, "dispatch.send", about_recall(session, recall_id))

    def recording(deciding: Session, by: Officer, and_by: Officer) -> UUID:
        record_answer(
            deciding, deciding.get_one(Recall, recall_id), Answer(body.said), body.references,
            evidence=body.evidence, by=by, and_by=and_by,
        )  # fmt: skip
        return recall_id

    return _now(request, together(request, officer.id, _second(body.second), recording))


@router.post("/recalls/{recall_id}/close")
@once_only
def close_recall(session: Transaction, officer: SignedInOfficer, recall_id: UUID) -> RecallDetail:
    """Note a refusal: whoever had to know, knows. Problem: ``illegal_move``."""
    require(officer, "dispatch.send", about_recall(session, recall_id))
    close(session, session.get_one(Recall, recall_id), by=officer)
    return detail(session, recall_id)


def told(one: RecallListed) -> RecallOut:
    """Return a recall as programs and commands are told of it."""
    recall = one.recall
    return RecallOut(
        id=recall.id,
        reference=recall.reference,
        state=recall.state,
        is_late=recall.state in WAITING and recall.answer_due_on < clock.today(),
        bank=one.bank,
        batch_no=one.batch_no,
        file_id=one.file.id,
        file_name=one.file.file_name,
        reason_code=recall.reason_code,
        reason=recall.reason,
        count=recall.count,
        amount_fen=recall.amount_fen,
        asked_at=recall.asked_at,
        answer_due_on=recall.answer_due_on,
    )


def detail(session: Session, recall_id: UUID) -> RecallDetail:
    """Return one recall with its payments; raises NotFound."""
    one = queries.one_listed(session, recall_id)
    if one is None:
        raise NotFound("recall")
    lines = queries.lines_of(session, one.recall)
    return RecallDetail(
        **told(one).model_dump(),
        lines=[
            RecallLineOut(
                reference=each.payment.reference,
                payee=masked_name(each.payment.payee_name),
                amount_fen=each.payment.amount_fen,
                recall_state=each.line.state,
                payment_state=each.payment.state,
                code=each.line.code or "",
                told=each.line.told or "",
            )
            for each in lines
        ],
        hidden=one.recall.count - len(lines),
    )


def _second(one: SecondOfficer) -> Together:
    return Together(references="", username=one.username, password=one.password)


def _now(request: Request, recall_id: UUID) -> RecallDetail:
    """Return a recall as it is after another transaction changed it."""
    with opener(request)() as session:
        return detail(session, recall_id)
