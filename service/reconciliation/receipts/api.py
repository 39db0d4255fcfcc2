"""Receipts without a payment and lines that moved nothing, for programs: list, look, settle by two people."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy.orm import Session

from service.batches.api import Strict
from service.batches.models import Payment
from service.foundation.problems import NotFound
from service.ledger.asks.told import AskOut, told_ask
from service.officers import queries as officer_queries
from service.officers.may import require
from service.officers.once_only import once_only
from service.officers.signed_in import SignedInOfficer
from service.reconciliation import words
from service.reconciliation.api import ReasonIn
from service.reconciliation.models import InboundFile, ReplyLine, StatementLine
from service.reconciliation.receipts import assign, queries, resolve
from service.reconciliation.receipts.models import ReplyLineResolution
from service.reconciliation.receipts.queries import Receipt
from service.reconciliation.write_off import ask_to_write_off, is_written_off
from service.web.filters import masked_name
from service.web.language import gettext
from service.web.once import IdempotencyKey, once
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/reconciliation", tags=["reconciliation"])
_ID_MAX = 2**63
Said = Annotated[str, Field(max_length=500)]


class PartOut(Strict):
    """A payment that came back, or may have."""

    reference: str = Field(examples=["000000000001C"])
    programme: str
    period: str
    payee: str = Field(description="Masked.")
    amount_fen: int
    state: str
    settled_on: date | None


class ReceiptAssignmentOut(Strict):
    """What one officer said of a receipt; it counts once another has confirmed it."""

    state: str = Field(description="asked or confirmed.")
    asked_by: str = Field(description="User name.")
    asked_at: datetime
    fee_fen: int
    reason: str
    payments: list[PartOut]


class ReceiptOut(Strict):
    """Money that came in for nothing of ours, in fen."""

    id: int
    bank: str
    day: date
    amount_fen: int
    reference: str
    bank_reference: str
    state: str = Field(description="open, asked, confirmed or written_off.")


class ReceiptDetail(ReceiptOut):
    """With what it may be, or what was said of it."""

    suggested: list[PartOut] = Field(
        description="For a person to judge; nothing matches by itself."
    )
    assignment: ReceiptAssignmentOut | None


class ReceiptPage(Strict):
    """One page, the oldest first."""

    receipts: list[ReceiptOut]
    next: int = Field(description="Send this back as `after`; 0 at the end.")


class AssignReceipt(Strict):
    """Which payments a receipt gives back: less the fee they are the receipt to the fen."""

    references: list[Annotated[str, Field(max_length=20)]] = Field(
        min_length=1, max_length=200, examples=[["000000000001C"]]
    )
    fee_fen: int = Field(default=0, ge=0, description="What the bank kept.")
    reason: Said = Field(examples=["银行来电：账户已销户，汇总退回"])


class ReplyLineOut(Strict):
    """A line of a reply that moved nothing, and how its matter ended."""

    id: int
    file_name: str
    line: int | None
    reference: str
    said: str
    outcome: str
    what_to_do: str
    code: str
    reason: str
    amount_fen: int | None
    our_amount_fen: int | None
    ended: str = Field(description="explained, paid_late, or empty while it is open.")


@router.get("/receipts")
def list_receipts(
    session: Transaction,
    officer: SignedInOfficer,
    state: Annotated[Literal["", "open", "asked"], Query()] = "",
    after: Annotated[int, Query(ge=0, lt=_ID_MAX)] = 0,
) -> ReceiptPage:
    """Receipts that two people have not settled yet, 50 a page."""
    require(officer, "reconciliation.read")
    found, following = queries.open_receipts(session, state=state, after=after)
    return ReceiptPage(receipts=[told(session, one) for one in found], next=following)


@router.get("/receipts/{line_id}")
def read_receipt(session: Transaction, officer: SignedInOfficer, line_id: int) -> ReceiptDetail:
    """One receipt. Problem: ``not_found``."""
    require(officer, "reconciliation.read")
    return detail(session, receipt_by(session, line_id))


@router.post("/receipts/{line_id}/assign")
def assign_receipt(
    request: Request, session: Transaction, officer: SignedInOfficer, line_id: int, body: AssignReceipt,
    idempotency_key: IdempotencyKey = "",
) -> ReceiptDetail:  # fmt: skip
    """Say which payments came back; nothing moves before another officer confirms.

    Problems: ``receipt_settled``, ``receipt_sums_differ``, ``receipt_payment_unfit``.
    """
    require(officer, "reconciliation.resolve")

    def act() -> ReceiptDetail:
        receipt = receipt_by(session, line_id)
        assign.ask(
            session, receipt, body.references, fee_fen=body.fee_fen, reason=body.reason, by=officer
        )
        return detail(session, receipt)

    return once(
        session, request, body, act, caller=officer.id, key=idempotency_key, kind=ReceiptDetail
    )


@router.post("/receipts/{line_id}/write-off")
@once_only
def ask_write_off(
    session: Transaction, officer: SignedInOfficer, line_id: int, why: ReasonIn
) -> AskOut:
    """Ask another officer to give a small movement up; he answers under ``asks``.

    Problems: ``ask_refused``, ``not_allowed``.
    """
    require(officer, "ledger.ask")
    line = session.get(StatementLine, line_id) if 0 < line_id < _ID_MAX else None
    if line is None:
        raise NotFound("receipt")
    return told_ask(ask_to_write_off(session, line, reason=why.reason, by=officer))


@router.post("/receipts/{line_id}/{act}")
@once_only
def decide_receipt(
    session: Transaction,
    officer: SignedInOfficer,
    line_id: int,
    act: Literal["confirm", "withdraw"],
) -> ReceiptDetail:
    """Confirm what another officer said, or take it back.

    Problems: ``receipt_settled``, ``receipt_another_officer``, ``receipt_payment_unfit``.
    """
    require(officer, "reconciliation.resolve")
    receipt = receipt_by(session, line_id)
    decide = assign.confirm if act == "confirm" else assign.withdraw
    decide(session, receipt, by=officer)
    return detail(session, receipt)


@router.get("/lines/{line_id}")
def read_line(session: Transaction, officer: SignedInOfficer, line_id: int) -> ReplyLineOut:
    """One line of a reply that moved nothing. Problem: ``not_found``."""
    require(officer, "reconciliation.read")
    return told_line(session, line_by(session, line_id))


@router.post("/lines/{line_id}/{act}")
@once_only
def resolve_line(
    session: Transaction,
    officer: SignedInOfficer,
    line_id: int,
    act: Literal["explain", "paid-late"],
    why: ReasonIn,
) -> ReplyLineOut:
    """Keep what the bank explained, or take a rejected payment as paid after all.

    Problems: ``reason_missing``, ``line_not_paid_late``.
    """
    require(officer, "reconciliation.resolve")
    line = line_by(session, line_id)
    end = resolve.explain if act == "explain" else resolve.believe_paid
    end(session, line, reason=why.reason, by=officer)
    return told_line(session, line)


def receipt_by(session: Session, line_id: int) -> Receipt:
    """Return a receipt by its number; raises NotFound."""
    found = queries.one(session, line_id) if 0 < line_id < _ID_MAX else None
    if found is None:
        raise NotFound("receipt")
    return found


def line_by(session: Session, line_id: int) -> ReplyLine:
    """Return a line that moved nothing by its number; raises NotFound."""
    found = session.get(ReplyLine, line_id) if 0 < line_id < _ID_MAX else None
    if found is None or found.outcome not in words.LEFT_LYING:
        raise NotFound("line")
    return found


def told(session: Session, one: Receipt) -> ReceiptOut:
    """Return a receipt as programs and commands are told of it."""
    return ReceiptOut(**_facts(session, one))


def detail(session: Session, one: Receipt) -> ReceiptDetail:
    """Return a receipt with its assignment as it is now, or with what it may be."""
    asked = queries.standing(session, one.line.id)
    now = Receipt(one.line, one.statement, one.channel, asked)
    who = officer_queries.by_id(session, asked.asked_by) if asked else None
    return ReceiptDetail(
        **_facts(session, now),
        suggested=[] if asked else [_part(each) for each in queries.suggested(session, now)],
        assignment=ReceiptAssignmentOut(
            state=asked.state,
            asked_by=who.username if who else "",
            asked_at=asked.asked_at,
            fee_fen=asked.fee_fen,
            reason=asked.reason,
            payments=[_part(each) for each in queries.parts(session, asked)],
        )
        if asked
        else None,
    )


def told_line(session: Session, line: ReplyLine) -> ReplyLineOut:
    """Return a line as programs and commands are told of it."""
    payment = session.get(Payment, line.payment_id) if line.payment_id else None
    ended = session.get(ReplyLineResolution, line.id)
    return ReplyLineOut(
        id=line.id,
        file_name=session.get_one(InboundFile, line.inbound_file_id).file_name,
        line=line.line,
        reference=line.reference,
        said=line.said,
        outcome=line.outcome,
        what_to_do=gettext(words.OUTCOMES[line.outcome][1]),
        code=line.code,
        reason=line.reason,
        amount_fen=line.amount_fen,
        our_amount_fen=payment.amount_fen if payment else None,
        ended=ended.act if ended else "",
    )


def _facts(session: Session, one: Receipt) -> dict[str, Any]:
    state = one.asked.state if one.asked else "open"
    return {
        "id": one.line.id,
        "bank": one.channel.code,
        "day": one.statement.booked_on,
        "amount_fen": one.line.signed_fen,
        "reference": one.line.reference,
        "bank_reference": one.line.bank_reference,
        "state": "written_off" if is_written_off(session, one.line) else state,
    }


def _part(one: Payment) -> PartOut:
    return PartOut(
        reference=one.reference,
        programme=one.programme,
        period=one.period,
        payee=masked_name(one.payee_name),
        amount_fen=one.amount_fen,
        state=one.state,
        settled_on=one.settled_on,
    )
