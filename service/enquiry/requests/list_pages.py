"""Everything that a resident asked or objected to: where it stands, by which day, and the answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.enquiry.objecting.track import TrackedObjection, tracked_objections
from service.enquiry.requests.track import Tracked, tracked
from service.enquiry.signed_in import person
from service.foundation import clock
from service.foundation.problems import Problem
from service.foundation.spoken import spoken_day, spoken_period
from service.notices.objections.words import state_tag
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Tag, Tone

router = APIRouter()
Flag = Annotated[str, Query(max_length=1)]
_STATES: dict[str, tuple[str, Tone]] = {
    "open": (translatable("being looked at"), "now"),
    "late": (translatable("late"), "bad"),
    "answered": (translatable("has its answer"), "ok"),
}


@dataclass(frozen=True)
class Shown:
    """One request or objection in the reader's language."""

    number: str
    name: str
    tag: Tag
    opening: str
    who: str
    """Who sent it in whose name; "" for the reader's own."""
    pairs: Sequence[tuple[str, str]]
    sentence: str
    answer: str
    answered_on: str


@router.get("/me/requests")
def show_requests(
    request: Request, session: Transaction, sent: Flag = "", objected: Flag = ""
) -> Response:
    """Every request and objection, where it stands, and the answer in words."""
    person_id = person(request, session)
    if person_id is None:
        return RedirectResponse("/me", status_code=303)
    return show_all(session, person_id, sent=bool(sent), objected=bool(objected))


def show_all(
    session: Session,
    person_id: int,
    *,
    sent: bool = False,
    objected: bool = False,
    problem: Problem | None = None,
) -> Response:
    """Show the list; ``problem`` where something was not sent because it stands here already."""
    today = clock.today()
    requests = tracked(session, person_id, today=today)
    objections = tracked_objections(session, person_id, today=today)
    response = page(
        "enquiry/requests.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), "")] if problem else [],
        sent=requests[0].number if sent and requests else "",
        objected=objections[0].number if objected and objections else "",
        requests=[_request(one) for one in requests],
        objections=[_objection(one) for one in objections],
    )
    wait = getattr(problem, "retry_after_seconds", 0)
    if wait:
        response.headers["retry-after"] = str(wait)
    return response


def _request(one: Tracked) -> Shown:
    language = visit().language
    chinese = language == "zh"
    text, tone = _STATES[one.state]
    return Shown(
        number=one.number,
        name=one.name_zh if chinese else one.name,
        tag=Tag(gettext(text), tone),
        opening=gettext("Request %(number)s of %(day)s, about %(month)s.")
        % {
            "number": one.number,
            "day": spoken_day(one.asked_on, language),
            "month": spoken_period(one.month, language),
        },
        who=one.sent.sentence_zh if chinese else one.sent.sentence,
        pairs=[
            (gettext("Said to be wrong"), one.wrong_zh if chinese else one.wrong),
            (gettext("Right would be"), one.right),
        ],
        sentence=one.sentence_zh if chinese else one.sentence,
        answer=one.answer,
        answered_on=spoken_day(one.answered_on, language) if one.answered_on else "",
    )


def _objection(one: TrackedObjection) -> Shown:
    language = visit().language
    chinese = language == "zh"
    values = {
        "number": one.number,
        "day": spoken_day(one.lodged_on, language),
        "month": spoken_period(one.month, language),
        "notice": one.notice_number,
    }
    if not one.notice_number:
        opening = gettext("Objection %(number)s of %(day)s, to the decision for %(month)s.")
    elif one.place is None:
        opening = gettext("Objection %(number)s of %(day)s, to the posted list %(notice)s.")
    else:
        values["place"] = str(one.place)
        opening = gettext(
            "Objection %(number)s of %(day)s, to no. %(place)s of the posted list %(notice)s."
        )
    return Shown(
        number=one.number,
        name=one.name_zh if chinese else one.name,
        tag=state_tag(
            "open" if one.state == "late" else one.state,
            overdue=one.state == "late",
            decision=not one.notice_number,
        ),
        opening=opening % values,
        who=one.sent.sentence_zh if chinese else one.sent.sentence,
        pairs=[(gettext("What was said"), one.text)],
        sentence=one.sentence_zh if chinese else one.sentence,
        answer=one.answer,
        answered_on=spoken_day(one.answered_on, language) if one.answered_on else "",
    )
