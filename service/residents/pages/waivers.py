"""Old data: which stale feeds hold approvals up, and a reviewer's written word for going on."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form
from sqlalchemy.orm import Session
from starlette.responses import RedirectResponse, Response

from service.foundation.problems import NotFound
from service.officers.may import may, require
from service.officers.models import Officer
from service.officers.signed_in import SignedInOfficer
from service.residents import feeds, queries
from service.residents.freshness import Freshness, state_of
from service.residents.pages import words
from service.residents.waivers import (
    REASON_CHARS_MAX,
    OwnFeed,
    WaiverRefused,
    end_waiver,
    in_force,
    waive,
)
from service.web import navigation
from service.web.here import visit
from service.web.language import gettext, ngettext, translatable
from service.web.queue import WaitingItem
from service.web.render import page
from service.web.transactions import Transaction
from service.web.view_models import Column, Fault, Option, Row

router = APIRouter()
navigation.register("waivers", translatable("Old data"), "/waivers", act="feeds.waive")


def stale_feeds(session: Session, officer: Officer) -> list[WaitingItem]:
    """Stale feeds nobody answers for, for the reviewer whose approvals they hold up."""
    if not may(officer, "feeds.waive"):
        return []
    found = _blocking(session)
    return [
        WaitingItem(
            ngettext(
                "Stale feed: nothing that rests on it can be approved",
                "Stale feeds: nothing that rests on them can be approved",
                len(found),
            ),
            len(found),
            "/waivers",
            min((one.believed_at for one in found if one.believed_at), default=None),
        )
    ]


@router.get("/waivers")
def show_waivers(session: Transaction, officer: SignedInOfficer) -> Response:
    """The stale feeds, and who answers for which until when."""
    require(officer, "feeds.waive")
    return _page(session)


@router.post("/waivers")
def make_waiver(
    session: Transaction,
    officer: SignedInOfficer,
    feed: Annotated[str, Form()] = "",
    until: Annotated[date | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Answer for a stale feed until a day; who brought its data cannot."""
    require(officer, "feeds.waive")
    if feed not in feeds.every():
        raise NotFound("feed")
    try:
        with session.begin_nested():
            waive(session, feed, until or date.min, reason, officer)
    except (WaiverRefused, OwnFeed) as problem:
        field = "reason" if isinstance(problem, WaiverRefused) else "feed"
        fault = Fault(problem.say(visit().language), field)
        return _page(session, fault, feed=feed, reason=reason)
    return RedirectResponse("/waivers", status_code=303)


@router.post("/waivers/{waiver_id}/end")
def take_back(
    session: Transaction,
    officer: SignedInOfficer,
    waiver_id: UUID,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """End a waiver before its day."""
    end_waiver(session, waiver_id, reason=reason, by=officer)
    return RedirectResponse("/waivers", status_code=303)


def _blocking(session: Session) -> list[Freshness]:
    """Return the stale feeds without a waiver; one that never came blocks only if it is of events."""
    return [
        one
        for one in state_of(session).values()
        if one.is_stale and one.waiver is None and (one.believed_at or one.feed.event)
    ]


def _page(
    session: Session, fault: Fault | None = None, *, feed: str = "", reason: str = ""
) -> Response:
    blocking = _blocking(session)
    standing = sorted(in_force(session).values(), key=lambda one: (one.until, one.feed))
    named = queries.names_of(session, {one.by for one in standing})
    return page(
        "residents/waivers.html",
        status=422 if fault else 200,
        faults=[fault] if fault else [],
        columns=[
            Column(gettext("Feed")),
            Column(gettext("Department")),
            Column(gettext("Days old"), "number", unit=gettext("days")),
            Column(gettext("May be"), "number", unit=gettext("days")),
        ],
        rows=[
            Row(
                (
                    f"{words.feed_name(one.feed)} {one.feed.code}",
                    words.department(one.feed),
                    one.age_days,
                    one.feed.gate_days,
                ),
                tone="bad",
            )
            for one in blocking
        ],
        options=[Option(one.feed.code, words.feed_name(one.feed)) for one in blocking],
        chosen=feed,
        reason=reason,
        reason_max=REASON_CHARS_MAX,
        standing=[
            (
                one.id,
                f"{words.feed_name(feeds.feed(one.feed))} · {one.until:%Y-%m-%d}",
                one.reason,
                named.get(one.by, ""),
            )
            for one in standing
        ],
    )
