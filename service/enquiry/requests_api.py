"""Requests to correct something, and whom one may look for, for programs with the same session."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from service.enquiry.api import PaymentSaid, Person
from service.enquiry.requests.choices import choices
from service.enquiry.requests.track import send, tracked
from service.enquiry.wards.acting import whom
from service.enquiry.wards.find import wards_of
from service.enquiry.wards.read import ward_month
from service.foundation import clock, ids
from service.foundation.months import Month
from service.residents.requests.ask import Asked
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/enquiry", tags=["enquiry"])
_MODEL = ConfigDict(from_attributes=True)
MonthText = Annotated[str, Query(max_length=7, examples=["2026-10"])]


class ChoiceSaid(BaseModel):
    """One thing that may be said to be wrong."""

    model_config = _MODEL
    code: str = Field(examples=["arrival"])
    text: str
    text_zh: str = Field(examples=["钱没有到账"])


class RequestIn(BaseModel):
    """What is wrong (a code of GET /api/enquiry/choices) and, in own words, what is right."""

    model_config = ConfigDict(extra="forbid")
    programme: str = Field(max_length=16, examples=["MZ15"])
    month: str = Field(max_length=7, examples=["2026-10"])
    about: str = Field(max_length=80, examples=["arrival"])
    right: str = Field(max_length=2_000, examples=["存折上没有这笔钱"])
    whom: str = Field(
        default="",
        max_length=24,
        description="The `key` of whom it is sent for; empty for oneself.",
    )
    once: str = Field(
        default="", max_length=64, description="Sent twice with the same, it is one request."
    )


class RequestSent(BaseModel):
    """What the request is called."""

    number: str = Field(examples=["Q000123"])


class SentSaid(BaseModel):
    """Who acted for whom; empty where it is the own act of who asks."""

    model_config = _MODEL
    acted_as: str = Field(examples=["guardian"], description="guardian, proxy or empty.")
    sentence: str
    sentence_zh: str


class RequestTracked(BaseModel):
    """One request, where it stands, and the answer in the officer's words."""

    model_config = _MODEL
    number: str = Field(examples=["Q000123"])
    programme: str = Field(examples=["MZ15"])
    name: str
    name_zh: str
    month: str = Field(examples=["2026-10"])
    about: str = Field(examples=["arrival"], description="A code of GET /api/enquiry/choices.")
    wrong: str = Field(examples=["The money did not arrive"])
    wrong_zh: str = Field(examples=["钱没有到账"])
    right: str = Field(examples=["存折上没有这笔钱"])
    asked_on: date
    due_on: date = Field(description="The last day to answer it.")
    answered_on: date | None
    state: str = Field(examples=["open"], description="open, late or answered.")
    sentence: str
    sentence_zh: str
    answer: str
    sent: SentSaid


class OtherSaid(BaseModel):
    """Somebody for whom the person may look today."""

    model_config = _MODEL
    place: int = Field(examples=[1])
    name: str = Field(examples=["孙某某"])
    relation: str = Field(examples=["guardian"], description="guardian or proxy.")
    key: str = Field(
        examples=["3f0c9a5d7be1420066aa10b2"],
        description="What `whom` of other requests takes, to act for this one.",
    )


class OtherMonth(BaseModel):
    """A month of that one, by whose account it goes to."""

    model_config = _MODEL
    ward: OtherSaid
    month: str = Field(examples=["2026-10"])
    to_reader: list[PaymentSaid] = Field(description="Paid to the account of who asks.")
    to_ward: list[PaymentSaid] = Field(description="Paid to an account of whom it is for.")


@router.get("/choices")
def what_may_be_wrong(
    session: Transaction,
    person_id: Person,
    programme: Annotated[str, Query(max_length=16, examples=["MZ15"])],
    month: MonthText,
    key: Annotated[str, Query(alias="whom", max_length=24)] = "",
) -> list[ChoiceSaid]:
    """List what can be said to be wrong with a programme in a month.

    Problems: ``enquiry_ended``, ``bad_month``, ``not_found``.
    """
    found = choices(session, whom(session, person_id, key), str(Month.parse(month)), programme)
    return [ChoiceSaid.model_validate(one) for one in found]


@router.post("/requests", status_code=201)
def send_request(session: Transaction, person_id: Person, given: RequestIn) -> RequestSent:
    """Ask that something be corrected; the department that keeps it has fifteen days.

    Problems: ``enquiry_ended``, ``bad_month``, ``not_found``, ``request_choice_unknown``,
    ``request_incomplete``, ``request_stands``, ``requests_too_many``.
    """
    month, once = str(Month.parse(given.month)), given.once or str(ids.uuid7())
    asked = Asked(given.programme, month, given.about, "", None, given.right, once)
    whose = whom(session, person_id, given.whom)
    return RequestSent(number=send(session, whose, asked).request_no)


@router.get("/requests")
def list_requests(session: Transaction, person_id: Person) -> list[RequestTracked]:
    """List the person's own requests with their answers. Problem: ``enquiry_ended``."""
    found = tracked(session, person_id, today=clock.today())
    return [RequestTracked.model_validate(one) for one in found]


@router.get("/others")
def list_others(session: Transaction, person_id: Person) -> list[OtherSaid]:
    """List for whom the person may look today. Problem: ``enquiry_ended``."""
    return [OtherSaid.model_validate(one) for one in wards_of(session, person_id)]


@router.get("/others/{place}")
def read_other(
    session: Transaction,
    person_id: Person,
    place: Annotated[int, Path(ge=1, le=99)],
    month: MonthText,
) -> OtherMonth:
    """Tell a month of somebody for whom the person may look; the look is recorded.

    Problems: ``enquiry_ended``, ``bad_month``, ``not_found``.
    """
    return OtherMonth.model_validate(ward_month(session, person_id, place, str(Month.parse(month))))
