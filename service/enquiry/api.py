"""The enquiry for programs: a county's own app or counter asks in three requests."""

from datetime import date, datetime
from functools import lru_cache
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from service.enquiry import queries
from service.enquiry.answer import WhyNot, answer_to
from service.enquiry.asked import asked_by
from service.enquiry.identify import (
    CODE_MINUTES,
    ask_code,
    enter_kept,
    person_of,
    understood,
)
from service.enquiry.in_turn import in_turn
from service.enquiry.sentence import month_sentence
from service.foundation.months import Month
from service.foundation.problems import Problem
from service.web.transactions import Opener, Transaction, opener

router = APIRouter(prefix="/api/enquiry", tags=["enquiry"])
_bearer = HTTPBearer(auto_error=False, description="The token of POST /api/enquiry/sessions.")
_NUMBER = Field(max_length=64, examples=["33052319480312002X"], description="18 characters.")


class EnquiryEnded(Problem):
    """The request carries no token, or one whose session has ended."""

    code = "enquiry_ended"
    status = 401
    title = "This enquiry has ended"

    def __init__(self) -> None:
        super().__init__(
            "This enquiry has ended; ask for a new code.", "本次查询已结束，请重新获取验证码。"
        )


class AskForCode(BaseModel):
    """Whose payments are asked about."""

    model_config = ConfigDict(extra="forbid")
    id_number: str = _NUMBER


class CodeAsked(BaseModel):
    """The same for every number, whether or not it is registered."""

    minutes: int = Field(examples=[CODE_MINUTES], description="How long the code works.")
    sentence: str
    sentence_zh: str


class GiveCode(BaseModel):
    """A number and the code that was sent for it."""

    model_config = ConfigDict(extra="forbid")
    id_number: str = _NUMBER
    code: str = Field(max_length=16, examples=["204816"])


class SessionBegun(BaseModel):
    """What the next requests carry as ``Authorization: Bearer …``; it is kept nowhere here."""

    token: str = Field(examples=["lG5N0a4v…"])
    ends_at: datetime


class PaymentSaid(BaseModel):
    """One payment in the words the resident reads; ``amount_fen`` is whole fen."""

    model_config = ConfigDict(from_attributes=True)
    programme: str = Field(examples=["MZ15"])
    name: str = Field(examples=["Old-age allowance (80 to 99)"])
    name_zh: str = Field(examples=["高龄津贴（80至99周岁）"])
    period: str = Field(examples=["2026-10"])
    amount_fen: int = Field(examples=[15000])
    state: str = Field(
        examples=["paid"], description="waiting, held, sent, unknown, paid, rejected or returned."
    )
    on: date | None = Field(examples=["2026-10-16"], description="When it was paid.")
    account_tail: str = Field(examples=["1186"])
    sentence: str
    sentence_zh: str
    whose: str = Field(
        examples=["孙某某"], description="For whom it is, where somebody else only receives it."
    )


class NotPaid(BaseModel):
    """A programme that pays nothing: ``not_due`` names what is not met, ``unknown`` what is missing."""

    model_config = ConfigDict(from_attributes=True)
    programme: str = Field(examples=["MZ16"])
    name: str
    name_zh: str
    outcome: str = Field(examples=["not_due"])
    reasons: list[str] = Field(examples=[["aged 100 or more"]])
    reasons_zh: list[str] = Field(examples=[["满100周岁"]])
    department: str = Field(examples=["Civil affairs"], description="Whom to ask.")
    department_zh: str = Field(examples=["民政"])


class MonthSaid(BaseModel):
    """One person's month."""

    month: str = Field(examples=["2026-10"])
    sentence: str = Field(description="All programmes together, in one sentence.")
    sentence_zh: str
    payments: list[PaymentSaid]
    not_paid: list[NotPaid]


class Months(BaseModel):
    """Months that can be asked about, newest first."""

    months: list[str] = Field(examples=[["2026-10", "2026-09"]])


@router.post("/codes", status_code=202)
def ask(request: Request, asked: AskForCode) -> CodeAsked:
    """Send a one-time code to the telephone registered for an ID number.

    The answer is the same whether or not there is such a person. Problems: ``id_number_wrong``
    (by its digits alone), ``asked_too_often``.
    """
    number = understood(asked.id_number)
    with opener(request)() as session:
        ask_code(session, number)
    return CodeAsked(
        minutes=CODE_MINUTES,
        sentence="If this number is registered in the county, a code is on its way.",
        sentence_zh="如该证号已在本县登记，验证码正在发送。",
    )


@router.post("/sessions", status_code=201)
def begin(request: Request, given: GiveCode) -> SessionBegun:
    """Exchange the code for a token that works for a quarter of an hour.

    A wrong try is counted; after five the code is dead. Problems: ``code_refused`` for whatever is
    wrong, ``id_number_wrong``.
    """
    number = understood(given.id_number)
    token = enter_kept(opener(request), number, given.code)
    with opener(request)() as session:
        ends_at = queries.ends_at(session, token)
    if ends_at is None:
        raise EnquiryEnded
    return SessionBegun(token=token, ends_at=ends_at)


Shown = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]


def _token(shown: HTTPAuthorizationCredentials | None) -> str:
    return shown.credentials[:128] if shown else ""


def _person(session: Transaction, shown: Shown) -> int:
    person_id = person_of(session, _token(shown)) if shown else None
    if person_id is None:
        raise EnquiryEnded
    return person_id


Person = Annotated[int, Depends(_person)]


@router.get("/payments", response_model=MonthSaid)
async def payments(
    request: Request,
    shown: Shown,
    month: Annotated[str, Query(max_length=7, examples=["2026-10"])],
) -> Response:
    """Say where a month's money is, and why there is none for the rest.

    Problems: ``enquiry_ended``, ``bad_month``.
    """
    return await in_turn(_told, opener(request), _token(shown), month)


def _told(transaction: Opener, token: str, month: str) -> Response:
    # Everything in one step of one thread: a county asks this by the hundred a second.
    with transaction() as session:
        asked = asked_by(session, token, month)
        if asked is None or asked.person_id is None:
            raise EnquiryEnded
        Month.parse(month)
        said = answer_to(session, asked)
    en, zh = month_sentence(said.month, said.lines)
    told = MonthSaid(
        month=said.month,
        sentence=en,
        sentence_zh=zh,
        payments=[PaymentSaid.model_validate(line) for line in said.lines],
        not_paid=[_not_paid(one) for one in said.not_paid],
    )
    return Response(told.model_dump_json(), media_type="application/json")


@lru_cache(maxsize=16_384)
def _not_paid(one: WhyNot) -> NotPaid:
    return NotPaid.model_validate(one)


@router.get("/months")
def months(session: Transaction, person_id: Person) -> Months:  # noqa: ARG001 - asks for the token
    """List the months that can be asked about. Problem: ``enquiry_ended``."""
    return Months(months=queries.months(session))
