"""The overview for programs: the same numbers, as far as the officer may be told."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from service.enquiry.overview.pages import asked
from service.enquiry.overview.told import Cell, Cells, Overview

router = APIRouter(prefix="/api/overview", tags=["enquiry"])


class CountOut(BaseModel):
    """One count; all three are None where few people share it and the reader is not told."""

    payments: int | None = Field(examples=[283])
    people: int | None = Field(examples=[271])
    amount_fen: int | None = Field(examples=[22488100])


class TrendOut(BaseModel):
    """One programme's months; ``programme`` is "" for the others together."""

    programme: str = Field(examples=["MZ15"])
    months: dict[str, CountOut]


class OverviewOut(BaseModel):
    """What came in a range of months; a month is the one that a list is for."""

    first: str = Field(examples=["2025-11"])
    last: str = Field(examples=["2026-10"])
    programme: str = Field(description="The programme asked for, or empty for all.")
    trend: list[TrendOut]
    townships: dict[str, CountOut] = Field(
        description="By nine digits of the township; people are counted once a month."
    )
    ages_month: str = Field(description="The month whose recipients `ages` tells of.")
    ages: dict[str, CountOut] = Field(description="By sex and first year of the band: `女|80`.")
    days_after_pay_day: dict[str, CountOut]
    days_after_month_end: dict[str, CountOut]
    outcomes: dict[str, CountOut] = Field(
        description="Of each line's first sending: first, again, waiting, failed, open."
    )


@router.get("")
def tell_overview(found: Annotated[Overview, Depends(asked)]) -> OverviewOut:
    """Tell what came to the county's people, by month, programme, township, age and days.

    Problems: ``bad_month``, ``bad_range``, ``not_found`` (programme), ``not_allowed``.
    """
    return OverviewOut(
        first=str(found.wanted.first),
        last=str(found.wanted.last),
        programme=found.wanted.programme,
        trend=[
            TrendOut(programme=code, months=_counts(cells)) for code, cells in found.lines.items()
        ],
        townships=_counts(found.places),
        ages_month=found.ages_month,
        ages=_counts(found.ages),
        days_after_pay_day=_counts(found.promise),
        days_after_month_end=_counts(found.month_end),
        outcomes=_counts(found.outcomes),
    )


def _counts(cells: Cells) -> dict[str, CountOut]:
    return {key: _count(one) for key, one in cells.items()}


def _count(one: Cell | None) -> CountOut:
    if one is None:
        return CountOut(payments=None, people=None, amount_fen=None)
    return CountOut(payments=one.payments, people=one.people, amount_fen=one.amount_fen)
