"""What an officer declares: the own row as a resident, relatives, shared business."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import Problem
from service.officers import interests, words
from service.officers.may import require
from service.officers.models import RELATIONS, Officer
from service.officers.signed_in import SignedInOfficer
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Link, Option, Row

router = APIRouter()
navigation.register_own(
    "officers", translatable("My declared interests"), "/interests", act="interests.declare"
)
PERSON_MAX = 2**63 - 1


@router.get("/interests")
def show(session: Transaction, officer: SignedInOfficer) -> Response:
    """What the officer has declared."""
    require(officer, "interests.declare")
    return _page(session, officer)


@router.post("/interests")
def declare(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    person: Annotated[int, Form(ge=1, le=PERSON_MAX)],
    relation: Annotated[str, Form(max_length=40)] = "",
) -> Response:
    """Declare a resident; only a security administrator ends a declaration."""
    require(officer, "interests.declare")
    by = officer.actor(str(request.state.officer_session.id))
    try:
        with session.begin_nested():
            interests.declare(session, officer, person, relation, by=by)
    except Problem as problem:
        return _page(session, officer, problem, person=str(person), relation=relation)
    return RedirectResponse("/interests", status_code=303)


def _page(
    session: Session,
    officer: Officer,
    problem: Problem | None = None,
    *,
    person: str = "",
    relation: str = "",
) -> Response:
    return page(
        "officers/interests.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language), field="person")] if problem else [],
        columns=[Column(gettext("Relation")), Column(gettext("Resident"))],
        rows=[
            Row(
                [
                    words.relation_name(one.relation),
                    Link(str(one.person_id), f"/residents/{one.person_id}"),
                ]
            )
            for one in interests.standing_of(session, officer)
        ],
        relations=[Option(one, words.relation_name(one)) for one in RELATIONS],
        person=person,
        relation=relation,
    )
