"""What people were spared, for programs, without signing in."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from service.enquiry.spared.reckon import (
    FORM_MINUTES,
    MINUTES_MAX,
    PROOF_MINUTES,
    Assumed,
    reckon,
    years,
)
from service.foundation import clock
from service.programmes.burden import papers
from service.programmes.catalogue import rules
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/burden", tags=["enquiry"])
Minutes = Annotated[int, Query(ge=0, le=MINUTES_MAX)]


class SparedOut(BaseModel):
    """What one year's first payments stand for; hours are an assumption, which is repeated here."""

    year: int = Field(examples=[2026])
    confirmations: int = Field(description="First payments of a programme to a person in the year.")
    forms: int
    proofs: int
    hours: int
    form_minutes: int = Field(examples=[FORM_MINUTES])
    proof_minutes: int = Field(examples=[PROOF_MINUTES])


@router.get("")
def spared(
    session: Transaction,
    year: Annotated[int, Query(ge=0, le=9999)] = 0,
    form: Minutes = FORM_MINUTES,
    proof: Minutes = PROOF_MINUTES,
) -> SparedOut:
    """Tell a year's forms, proofs and hours; ``year`` 0 is the newest that was counted."""
    known, assumed = years(session), Assumed(form, proof)
    chosen = year or (known[0] if known else clock.today().year)
    found = reckon(session, papers(rules()), chosen).together
    return SparedOut(
        year=chosen,
        confirmations=found.confirmations,
        forms=found.forms,
        proofs=found.proofs,
        hours=found.hours(assumed),
        form_minutes=form,
        proof_minutes=proof,
    )
