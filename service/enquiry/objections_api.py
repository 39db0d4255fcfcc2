"""Objections of whoever is signed in, for programs with the same session: what hangs, sending, the answers."""

from datetime import date

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from service.enquiry.api import Person
from service.enquiry.objecting.against import hanging_here
from service.enquiry.objecting.send import Objecting, object_to
from service.enquiry.objecting.track import tracked_objections
from service.enquiry.requests_api import SentSaid
from service.enquiry.wards.acting import whom
from service.foundation import clock, ids
from service.foundation.months import Month
from service.notices.public_view import public_title
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/enquiry", tags=["enquiry"])


class ListHanging(BaseModel):
    """A list that hangs in the village of who asks; its lines are with GET /api/notices/{number}."""

    number: str = Field(examples=["MZ17-2026-10-01-G1"])
    title: str
    ends_on: date = Field(description="The last day to object.")
    village: str = Field(
        examples=["330523101201"], description="What `village` of the notice takes."
    )
    named: int = Field(examples=[12], description="How many of its lines are shown by name.")


class OwnObjectionIn(BaseModel):
    """Against a decision (``programme`` and ``month``) or a posted list (``notice``, ``place``)."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(max_length=5_000, examples=["我家去年已搬回本村"])
    programme: str = Field(default="", max_length=16, examples=["MZ15"])
    month: str = Field(default="", max_length=7, examples=["2026-10"])
    notice: str = Field(default="", max_length=60)
    place: int | None = Field(
        default=None, ge=1, le=10_000_000, description="Left out for the whole list."
    )
    whom: str = Field(
        default="",
        max_length=24,
        description="The `key` of whom it is sent for; empty for oneself.",
    )
    once: str = Field(
        default="", max_length=64, description="Sent twice with the same, it is one objection."
    )


class OwnObjectionSent(BaseModel):
    """What the objection is called, and by when it is answered."""

    number: str = Field(examples=["O000123"])
    due_on: date
    line_held: bool = Field(description="Whether a line waits until it is answered.")


class OwnObjectionTracked(BaseModel):
    """One objection, where it stands, and the answer in the officer's words."""

    model_config = ConfigDict(from_attributes=True)
    number: str = Field(examples=["O000123"])
    programme: str = Field(examples=["MZ15"])
    name: str
    name_zh: str
    month: str = Field(examples=["2026-10"])
    notice_number: str = Field(description="Empty where it is against a decision.")
    place: int | None
    text: str
    lodged_on: date
    due_on: date = Field(description="The last day to answer it.")
    answered_on: date | None
    state: str = Field(examples=["open"], description="open, late, upheld or dismissed.")
    sentence: str
    sentence_zh: str
    answer: str
    sent: SentSaid


@router.get("/lists")
def list_hanging(session: Transaction, person_id: Person) -> list[ListHanging]:
    """List what hangs now in the village of who asks. Problem: ``enquiry_ended``."""
    return [
        ListHanging(
            number=one.posted.notice.number or "",
            title=public_title(one.posted),
            ends_on=one.posted.notice.ends_on,
            village=one.division,
            named=one.named,
        )
        for one in hanging_here(session, person_id)
    ]


@router.post("/objections", status_code=201)
def send_objection(
    session: Transaction, person_id: Person, given: OwnObjectionIn
) -> OwnObjectionSent:
    """Object to a decision about oneself or a ward, or to a list that hangs in one's village.

    Problems: ``enquiry_ended``, ``bad_month``, ``not_found``, ``objection_incomplete``,
    ``objection_stands``, ``notice_over``, ``objected_too_often``.
    """
    lodged = object_to(
        session,
        whom(session, person_id, given.whom),
        Objecting(
            text=given.text,
            once=given.once or str(ids.uuid7()),
            programme=given.programme,
            month="" if given.notice else str(Month.parse(given.month)),
            notice=given.notice,
            place=given.place if given.notice else None,
        ),
    )
    made = lodged.objection
    return OwnObjectionSent(
        number=made.objection_no, due_on=made.due_on, line_held=lodged.line_held
    )


@router.get("/objections")
def list_own_objections(session: Transaction, person_id: Person) -> list[OwnObjectionTracked]:
    """List objections of who asks, and those sent for wards. Problem: ``enquiry_ended``."""
    found = tracked_objections(session, person_id, today=clock.today())
    return [OwnObjectionTracked.model_validate(one) for one in found]
