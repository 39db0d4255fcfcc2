"""Exceptions for programs: the work list by pages, one exception, and what offices say about it."""

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from pydantic import Field
from sqlalchemy.orm import Session

from service.batches.api import Strict
from service.batches.exceptions import find
from service.batches.exceptions.answer import (
    CHARS_MAX,
    answer,
    ask_again,
    give_back,
    withdraw,
)
from service.batches.exceptions.asked import Filters, wanted_by
from service.batches.exceptions.rules import DAYS_MAX
from service.batches.exceptions.told import ExceptionDetail, ExceptionPage, TotalsOut, detail, out
from service.batches.exceptions.totals import totals
from service.batches.pages import session_id
from service.officers.may import require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.web.once import IdempotencyKey, once
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/exceptions", tags=["exceptions"])
Said = Annotated[str, Field(max_length=CHARS_MAX)]


class Asked(Filters):
    """The filters of the list, and where a page begins."""

    after: str = Field(default="", max_length=60)


class OfficeAnswer(Strict):
    """What the office found, and what it rests on."""

    outcome: Literal["confirmed", "corrected", "not_found"]
    said: Said
    evidence: Said


class Why(Strict):
    """The reason that is kept."""

    reason: Said


class AskAgain(Why):
    """With the working days to answer; 0 takes the rule's."""

    days: int = Field(default=0, ge=0, le=DAYS_MAX)


@router.get("")
def list_exceptions(
    session: Transaction, officer: SignedInOfficer, asked: Annotated[Asked, Query()]
) -> ExceptionPage:
    """Exceptions that the officer may see, 50 a page."""
    require(officer, "exceptions.read")
    wanted, seen = wanted_by(session, asked, officer), find.seen_by(officer)
    rows, following = find.page(session, wanted, seen, after=asked.after)
    sums = vars(totals(session, wanted, seen))
    return ExceptionPage(
        exceptions=[out(one) for one in rows],
        totals=TotalsOut(exceptions=sums.pop("count"), **sums),
        next=following,
    )


@router.get("/{key}")
def read_exception(session: Transaction, officer: SignedInOfficer, key: str) -> ExceptionDetail:
    """One exception: what it is, who was asked, what was answered."""
    require(officer, "exceptions.read")
    return detail(session, officer, key)


@router.post("/{key}/answer")
def answer_exception(
    request: Request, session: Transaction, officer: SignedInOfficer, key: str, body: OfficeAnswer,
    idempotency_key: IdempotencyKey = "",
) -> ExceptionDetail:  # fmt: skip
    """Keep what the officer's office found; it clears nothing.

    Problems: ``not_assigned``, ``not_your_office``, ``exception_over``.
    """

    def act() -> None:
        answer(
            session, key, outcome=body.outcome, said=body.said, evidence=body.evidence,
            by=officer, session_id=session_id(request),
        )  # fmt: skip

    return _once(request, session, officer, key, body, idempotency_key, act)


@router.post("/{key}/give-back")
def give_back_exception(
    request: Request, session: Transaction, officer: SignedInOfficer, key: str, body: Why,
    idempotency_key: IdempotencyKey = "",
) -> ExceptionDetail:  # fmt: skip
    """Say that it is not the office's own to answer."""

    def act() -> None:
        give_back(
            session, key, reason=body.reason, by=officer, session_id=session_id(request)
        )  # fmt: skip

    return _once(request, session, officer, key, body, idempotency_key, act)


@router.post("/{key}/ask-again")
def ask_again_about(
    request: Request, session: Transaction, officer: SignedInOfficer, key: str, body: AskAgain,
    idempotency_key: IdempotencyKey = "",
) -> ExceptionDetail:  # fmt: skip
    """Ask the same office once more, with its days anew."""

    def act() -> None:
        ask_again(
            session, key, reason=body.reason, days=body.days, by=officer,
            session_id=session_id(request),
        )  # fmt: skip

    return _once(request, session, officer, key, body, idempotency_key, act)


@router.post("/{key}/withdraw")
def withdraw_exception(
    request: Request, session: Transaction, officer: SignedInOfficer, key: str, body: Why,
    idempotency_key: IdempotencyKey = "",
) -> ExceptionDetail:  # fmt: skip
    """Take it away from its office."""

    def act() -> None:
        withdraw(session, key, reason=body.reason, by=officer, session_id=session_id(request))

    return _once(request, session, officer, key, body, idempotency_key, act)


def _once(
    request: Request,
    session: Session,
    officer: Officer,
    key: str,
    body: Strict,
    idempotency_key: str,
    act: Callable[[], None],
) -> ExceptionDetail:
    require(officer, "exceptions.read")

    def do() -> ExceptionDetail:
        act()
        return detail(session, officer, key)

    return once(
        session, request, body, do, caller=officer.id, key=idempotency_key, kind=ExceptionDetail
    )
