"""What a resident's pages show beside the month, for programs with the same session."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from service.enquiry.api import Person
from service.enquiry.coming.expect import coming
from service.enquiry.history.read import year_of
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/enquiry", tags=["enquiry"])
_MODEL = ConfigDict(from_attributes=True)


class PaymentTold(BaseModel):
    """One payment of a month; ``amount_fen`` is whole fen."""

    model_config = _MODEL
    programme: str = Field(examples=["MZ15"])
    name: str = Field(examples=["Old-age allowance (80 to 99)"])
    name_zh: str = Field(examples=["高龄津贴（80至99周岁）"])
    period: str = Field(examples=["2026-10"])
    amount_fen: int = Field(examples=[15000])
    state: str = Field(examples=["paid"], description="As in GET /api/enquiry/payments.")
    on: date | None = Field(examples=["2026-10-16"], description="When it came.")
    account_tail: str = Field(examples=["1186"])
    whose: str = Field(
        examples=["孙某某"], description="For whom it is, where somebody else only receives it."
    )
    proof: int = Field(
        examples=[1],
        description="Its place among the programme's payments with a proof to keep; 0: none.",
    )


class MonthOfYear(BaseModel):
    """One month of a year, and what of it came."""

    model_config = _MODEL
    month: str = Field(examples=["2026-10"])
    came_fen: int = Field(examples=[15000])
    payments: list[PaymentTold]


class YearSaid(BaseModel):
    """One year of the person's own payments, the newest month first."""

    model_config = _MODEL
    year: int = Field(examples=[2026])
    years: list[int] = Field(examples=[[2026, 2025]], description="Every year with payments.")
    came_fen: int = Field(examples=[150000])
    months: list[MonthOfYear]


class ExpectedSaid(BaseModel):
    """What may be expected of one programme; no promise."""

    model_config = _MODEL
    programme: str = Field(examples=["MZ15"])
    name: str
    name_zh: str
    amount_fen: int | None = Field(
        examples=[15000], description="As the last time; none where nothing more is expected."
    )
    by: date | None = Field(
        examples=["2026-11-30"],
        description="The last day on which it should come, where one is set.",
    )
    stage: str = Field(
        examples=["at_notice"],
        description="computed, returned, in_review, at_notice, approved, to_be_signed, signed, "
        "at_bank, unanswered, checked or failed; empty where nothing is under way.",
    )
    sentence: str
    sentence_zh: str
    holds: list[str] = Field(description="What has to go on being so; or what was not met.")
    holds_zh: list[str]


class ComingSaid(BaseModel):
    """Everything that may be expected, and where it would go."""

    model_config = _MODEL
    account_tail: str = Field(examples=["1186"], description="Empty where no account is known.")
    expected: list[ExpectedSaid]


@router.get("/history")
def history(
    session: Transaction,
    person_id: Person,
    year: Annotated[int | None, Query(ge=1990, le=2200, examples=[2026])] = None,
) -> YearSaid:
    """Tell a year of the person's own payments; without a year, the newest.

    Problems: ``enquiry_ended``, ``not_found`` for a year without payments.
    """
    return YearSaid.model_validate(year_of(session, person_id, year))


@router.get("/next")
def what_comes_next(session: Transaction, person_id: Person) -> ComingSaid:
    """Tell what may be expected next, when, and what would stop it. Problem: ``enquiry_ended``."""
    return ComingSaid.model_validate(coming(session, person_id))
