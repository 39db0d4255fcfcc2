"""Recoveries for programs: the cases with their figures, the look back, and each act about a case."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from service.batches.about import about_case, cases_seen_by
from service.batches.api import Strict
from service.batches.mending.run import look_back
from service.batches.recoveries import queries
from service.batches.recoveries.decide import agree, notify
from service.batches.recoveries.models import RecoveryCase
from service.batches.recoveries.receive import receive
from service.batches.recoveries.standing import standing
from service.batches.recoveries.write_off import approve_write_off
from service.foundation.months import Month
from service.officers.acting import Act, Acting
from service.officers.may import require
from service.officers.reach import require_unlimited
from service.officers.signed_in import SignedInOfficer
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/recoveries", tags=["recoveries"])
Text = Annotated[str, Field(max_length=500)]


class LookBackIn(Strict):
    """From which pay month is looked back, and how far."""

    month: str = Field(max_length=10, examples=["2026-10"])
    since: str = Field(
        default="", max_length=10, examples=["2026-04"], description="Empty: twelve months."
    )


class LookBackOut(Strict):
    """A look back and how far it has come."""

    id: UUID
    month: str
    since: str
    programmes: list[str]
    stage: str
    problem: str
    requested_at: datetime
    finished_at: datetime | None


class NoticeIn(Strict):
    """That the resident was told."""

    on: date
    how: Text = Field(examples=["当面送达"])


class AgreementIn(Strict):
    """What may be kept of each later payment; instalments need both amount and first month."""

    share: int = Field(ge=1, le=100, examples=[40], description="Per cent of a payment, at most.")
    monthly_fen: int | None = Field(default=None, gt=0, le=2**53, examples=[16000])
    first: str = Field(default="", max_length=10, examples=["2026-12"])
    reason: Text


class ReceiptIn(Strict):
    """Money that was paid back; the same bank reference counts once."""

    on: date
    amount_fen: int = Field(gt=0, le=2**53, examples=[16000])
    reference: str = Field(max_length=40, examples=["2026112000017"])


class GivenUp(Strict):
    """Why what is left is given up."""

    reason: Text


class RecoveryOut(Strict):
    """A case with its figures, in fen; nobody is named."""

    case_no: str = Field(examples=["R000123"])
    programme: str
    month: str = Field(description="The pay month in which it was found.")
    state: str = Field(examples=["noticed"])
    notified_on: date | None
    share_percent: int | None
    monthly_fen: int | None
    asked_fen: int
    kept_fen: int
    received_fen: int
    left_fen: int


class RecoveryList(Strict):
    """One page of cases."""

    cases: list[RecoveryOut]
    page: int
    total: int


@router.get("")
def list_cases(
    session: Transaction,
    officer: SignedInOfficer,
    state: Annotated[str, Query(max_length=40)] = "",
    page: Annotated[int, Query(ge=1, le=100_000)] = 1,
) -> RecoveryList:
    """Cases of the officer's places and programmes, the newest first, 50 a page."""
    require(officer, "recoveries.read")
    found, total = queries.find(session, state=state, page=page, seen=cases_seen_by(officer))
    return RecoveryList(cases=[_out(session, one) for one in found], page=page, total=total)


@router.get("/{case_no}")
def read_case(session: Transaction, officer: SignedInOfficer, case_no: str) -> RecoveryOut:
    """One case."""
    require(officer, "recoveries.read")
    case = queries.by_no(session, case_no)
    require(officer, "recoveries.read", about_case(session, case))
    return _out(session, case)


@router.post("/look-back", status_code=202)
def begin_look_back(act: Act, body: LookBackIn) -> LookBackOut:
    """Look at past months again, as they are known now. Problems: ``nothing_behind``, ``bad_month``."""
    require_unlimited(act.officer, "assessment.run")
    require_unlimited(act.officer, "batches.build")

    def do() -> LookBackOut:
        since = Month.parse(body.since) if body.since else None
        run = look_back(act.session, Month.parse(body.month), by=act.by, since=since)
        return LookBackOut(
            id=run.id, month=run.month, since=run.since, programmes=run.programmes, stage=run.stage,
            problem=run.problem or "", requested_at=run.requested_at, finished_at=run.finished_at,
        )  # fmt: skip

    return act.once(body, do, LookBackOut)


@router.post("/{case_no}/notify")
def tell_resident(act: Act, case_no: str, body: NoticeIn) -> RecoveryOut:
    """Keep that the resident was told. Problems: ``reason_missing``, ``illegal_move``."""

    def do(case: RecoveryCase) -> None:
        notify(
            act.session, case, on=body.on, how=body.how, by=act.officer, session_id=act.session_id
        )

    return _once(act, case_no, body, do)


@router.post("/{case_no}/agree")
def agree_terms(act: Act, case_no: str, body: AgreementIn) -> RecoveryOut:
    """Agree that later payments are reduced.

    Problems: ``recovery_share_too_large``, ``recovery_instalment_unclear``, ``illegal_move``.
    """

    def do(case: RecoveryCase) -> None:
        agree(
            act.session,
            case,
            share_percent=body.share,
            reason=body.reason,
            by=act.officer,
            monthly_fen=body.monthly_fen,
            first_month=Month.parse(body.first) if body.first else None,
            session_id=act.session_id,
        )

    return _once(act, case_no, body, do)


@router.post("/{case_no}/receive")
def receive_money(act: Act, case_no: str, body: ReceiptIn) -> RecoveryOut:
    """Record money that was paid back. Problems: ``recovery_too_large``, ``recovery_closed``."""

    def do(case: RecoveryCase) -> None:
        receive(
            act.session,
            case,
            amount_fen=body.amount_fen,
            on=body.on,
            reference=body.reference,
            by=act.officer,
            session_id=act.session_id,
        )

    return _once(act, case_no, body, do)


@router.post("/{case_no}/write-off")
def write_off(act: Act, case_no: str, body: GivenUp) -> RecoveryOut:
    """Approve that what is left is given up; the second approval does it.

    Problems: ``recovery_own_case``, ``recovery_on_its_way``, ``recovery_closed``.
    """

    def do(case: RecoveryCase) -> None:
        approve_write_off(
            act.session, case, reason=body.reason, by=act.officer, session_id=act.session_id
        )

    return _once(act, case_no, body, do)


def _once(
    act: Acting, case_no: str, body: BaseModel, do: Callable[[RecoveryCase], None]
) -> RecoveryOut:
    """Do an act under the case's lock."""
    case = queries.by_no(act.session, case_no, locked=True)

    def done() -> RecoveryOut:
        do(case)
        return _out(act.session, case)

    return act.once(body, done, RecoveryOut)


def _out(session: Session, case: RecoveryCase) -> RecoveryOut:
    sums = standing(session, case.id)
    return RecoveryOut(
        case_no=case.case_no,
        programme=case.programme,
        month=case.month,
        state=case.state,
        notified_on=case.notified_on,
        share_percent=case.share_percent,
        monthly_fen=case.monthly_fen,
        asked_fen=sums.asked_fen,
        kept_fen=sums.kept_fen,
        received_fen=sums.received_fen,
        left_fen=sums.left_fen,
    )
