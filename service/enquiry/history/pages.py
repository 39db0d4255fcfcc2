"""The page of a year: every month in sentences, to be read aloud, walked and printed."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from service.enquiry import queries
from service.enquiry.history.read import MonthTold, Told, year_of
from service.enquiry.signed_in import person
from service.enquiry.words import state_tag
from service.foundation.months import Month
from service.foundation.spoken import spoken_day, spoken_period
from service.web.filters import month_name, sentences, yuan
from service.web.here import visit
from service.web.language import gettext
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Tag

router = APIRouter()
Year = Annotated[int | None, Query(ge=1990, le=2200)]


@dataclass(frozen=True)
class Line:
    """One payment: what it is, what became of it and how much, and its proof."""

    name: str
    period: str
    tag: Tag
    said: str
    proof: str


@dataclass(frozen=True)
class MonthShown:
    """One month under its own heading; ``href`` is empty where its page is not kept any more."""

    id: str
    name: str
    href: str
    came_fen: int
    lines: tuple[Line, ...]


@router.get("/me/history")
def show_history(request: Request, session: Transaction, year: Year = None) -> Response:
    """What came in a year, month by month; without a year, in the newest one."""
    person_id = person(request, session)
    if person_id is None:
        return RedirectResponse("/me", status_code=303)
    told = year_of(session, person_id, year)
    kept = queries.months(session)
    return page(
        "enquiry/history.html",
        year=told.year,
        years=[(str(one), f"/me/history?year={one}", None) for one in told.years],
        here=f"/me/history?year={told.year}",
        came_fen=told.came_fen,
        months=[_month(one, kept) for one in told.months],
    )


def _month(one: MonthTold, kept: list[str]) -> MonthShown:
    return MonthShown(
        id=f"m{one.month}",
        name=month_name(Month.parse(one.month)),
        href=f"/me/payments?month={one.month}" if one.month in kept else "",
        came_fen=one.came_fen,
        lines=tuple(_line(told, one.month) for told in one.payments),
    )


def _line(one: Told, month: str) -> Line:
    language = visit().language
    amount = yuan(one.amount_fen)
    if one.on:
        said = gettext("%(amount)s yuan came on %(day)s to the account ending %(tail)s.") % {
            "amount": amount,
            "day": spoken_day(one.on, language),
            "tail": one.account_tail or "—",
        }
    else:
        said = gettext("%(amount)s yuan.") % {"amount": amount}
    whose = gettext("This is %(whose)s's, paid to your account.") if one.whose else ""
    proof = f"/me/payments/{one.programme}/proof?month={month}&place={one.proof}"
    return Line(
        name=one.name_zh if language == "zh" else one.name,
        period="" if one.period == month else spoken_period(one.period, language),
        tag=state_tag(one.state),
        said=sentences([said, whose % {"whose": one.whose}]),
        proof=proof if one.proof else "",
    )
