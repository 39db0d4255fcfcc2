"""Who is told what became of payments: the list, one endpoint with its deliveries, and each act."""

from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.batches.pages import session_id
from service.batches.words import programme_name
from service.foundation import clock
from service.foundation.problems import NotFound, Problem
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.organisations import every as offices
from service.officers.signed_in import SignedInOfficer
from service.programmes.in_force import rules_now
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, translatable
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Fault, Link, Option
from service.webhooks import agree, operate, queries, views, words
from service.webhooks.agree import NAME_CHARS_MAX, Proposed, propose
from service.webhooks.kinds import KINDS
from service.webhooks.models import WebhookEndpoint
from service.webhooks.problems import WebhookReplayUnusable

router = APIRouter()
navigation.register("webhooks", translatable("Webhooks"), "/webhooks", act="webhooks.read")

SIMPLE = {
    "confirm": agree.confirm,
    "refuse": agree.refuse,
    "test": operate.try_out,
    "off": operate.switch_off,
    "on": operate.switch_on,
    "end": operate.end,
}
"""{act: the verb}; each is called with session, id, officer and sign-in."""
Chosen = Annotated[list[str], Form(max_length=200)]


@router.get("/webhooks")
def show_endpoints(session: Transaction, officer: SignedInOfficer) -> Response:
    """Every endpoint, and the form that proposes one."""
    require(officer, "webhooks.read")
    return _list(session, officer)


@router.post("/webhooks")
def propose_endpoint(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    name: Annotated[str, Form(max_length=200)] = "",
    organisation: Annotated[str, Form(max_length=60)] = "",
    url: Annotated[str, Form(max_length=1_000)] = "",
    programmes: Chosen = [],  # noqa: B006 - FastAPI copies it
    kinds: Chosen = [],  # noqa: B006 - the same
) -> Response:
    """Propose an endpoint; its secret is shown on the answer and never again."""
    what = Proposed(name, organisation, url, programmes, kinds)
    try:
        with session.begin_nested():
            endpoint, secret = propose(session, what, by=officer, session_id=session_id(request))
    except Problem as problem:
        return _list(session, officer, problem, what)
    return _secret(endpoint, secret)


@router.get("/webhooks/{endpoint_id}")
def show_endpoint(
    session: Transaction,
    officer: SignedInOfficer,
    endpoint_id: UUID,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """One endpoint: what it hears, how it fares, its deliveries."""
    require(officer, "webhooks.read")
    return _one(session, officer, endpoint_id, number)


@router.post("/webhooks/{endpoint_id}/{act}")
def act_on_endpoint(
    request: Request,
    session: Transaction,
    officer: SignedInOfficer,
    endpoint_id: UUID,
    act: str,
    event: Annotated[str, Form(max_length=40)] = "",
    first: Annotated[str, Form(max_length=20)] = "",
    last: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Do one act: confirm, refuse, test, off, on, end, rotate or replay."""
    signed_in = session_id(request)
    try:
        with session.begin_nested():
            if act == "rotate":
                secret = operate.rotate(session, endpoint_id, by=officer, session_id=signed_in)
                return _secret(queries.by_id(session, endpoint_id), secret)
            if act == "replay":
                replay(session, endpoint_id, (event, first, last), by=officer, signed_in=signed_in)
            elif act in SIMPLE:
                SIMPLE[act](session, endpoint_id, by=officer, session_id=signed_in)
            else:
                raise NotFound("page")
    except Problem as problem:
        if problem.status in (403, 404):
            raise
        return _one(session, officer, endpoint_id, 1, problem)
    return RedirectResponse(f"/webhooks/{endpoint_id}", status_code=303)


def replay(
    session: Session,
    endpoint_id: UUID,
    said: tuple[str, str, str],
    *,
    by: Officer,
    signed_in: str,
) -> int:
    """Send again one event, or whole days from one to another; raises as `operate` does."""
    event, first, last = (one.strip() for one in said)
    if event:
        try:
            number = UUID(event.removeprefix("evt_"))
        except ValueError:
            raise NotFound("event") from None
        return operate.replay_one(session, endpoint_id, number, by=by, session_id=signed_in)
    try:
        since = _midnight(date.fromisoformat(first))
        until = _midnight(date.fromisoformat(last) + timedelta(days=1))
    except (ValueError, OverflowError):
        raise WebhookReplayUnusable(
            "Say the first and the last day, like 2026-10-16.",
            "请填写起止日期，例如 2026-10-16。",
        ) from None
    return operate.replay_between(session, endpoint_id, since, until, by=by, session_id=signed_in)


def _crumbs() -> list[Link]:
    return [Link(gettext("Webhooks"), "/webhooks")]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.SHANGHAI)


def _secret(endpoint: WebhookEndpoint, secret: str) -> Response:
    answer = page(
        "webhooks/webhook_secret.html",
        endpoint=views.brief(endpoint),
        secret=secret,
        crumbs=_crumbs(),
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def _list(
    session: Session, officer: Officer, problem: Problem | None = None, said: Proposed | None = None
) -> Response:
    require(officer, "webhooks.read")
    given = said or Proposed("", "", "", (), KINDS)
    return page(
        "webhooks/webhooks.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        columns=views.list_columns(),
        rows=views.list_rows(queries.every(session), queries.counts(session)),
        may_propose=may(officer, "webhooks.propose"),
        given=given,
        name_max=NAME_CHARS_MAX,
        organisations=[Option(one.name, one.name) for one in offices(session)],
        programmes=[
            Option(code, programme_name(code), code) for code in rules_now(session).programmes
        ],
        kinds=[Option(kind, words.kind_words(kind), kind) for kind in KINDS],
    )


def _one(
    session: Session,
    officer: Officer,
    endpoint_id: UUID,
    number: int,
    problem: Problem | None = None,
) -> Response:
    require(officer, "webhooks.read")
    endpoint = queries.by_id(session, endpoint_id)
    found, total = queries.deliveries(session, endpoint_id, number)
    today = clock.civil(clock.now()).date()
    off_since = clock.civil(endpoint.off_at).date() if endpoint.off_at else today
    return page(
        "webhooks/webhook.html",
        status=problem.status if problem else 200,
        faults=[Fault(problem.say(visit().language))] if problem else [],
        one=views.detail(session, endpoint),
        crumbs=_crumbs(),
        acts=views.offers(officer, endpoint),
        may_replay=may(officer, "webhooks.operate") and endpoint.state == "active",
        columns=views.delivery_columns(),
        rows=views.delivery_rows(found),
        number=number,
        pages=max(1, -(-total // queries.PAGE)),
        total=total,
        first_day=off_since.isoformat(),
        last_day=today.isoformat(),
    )
