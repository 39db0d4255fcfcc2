"""Waivers for programs: which stand, a reviewer's written word for a stale feed, and ending it."""

from datetime import date
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from service.foundation.problems import NotFound
from service.officers.acting import Act, Declared
from service.officers.may import require
from service.officers.signed_in import SignedInOfficer
from service.residents import feeds
from service.residents.models import FeedWaiver
from service.residents.waivers import REASON_CHARS_MAX, end_waiver, in_force, waive
from service.web.transactions import Transaction

router = APIRouter(prefix="/api/waivers", tags=["feeds"])


class WaiverIn(Declared):
    """For which stale feed is answered, until when and why."""

    feed: str = Field(max_length=40, examples=["GA_DEREG"])
    until: date = Field(examples=["2026-11-30"])
    reason: str = Field(max_length=REASON_CHARS_MAX, examples=["户籍系统停机，公安已书面说明"])


class WaiverEnd(Declared):
    """Why a waiver ends before its day."""

    reason: str = Field(default="", max_length=REASON_CHARS_MAX)


class WaiverOut(Declared):
    """A waiver."""

    id: UUID
    feed: str
    until: date
    reason: str
    ended: bool


@router.get("")
def list_waivers(session: Transaction, officer: SignedInOfficer) -> list[WaiverOut]:
    """The waivers in force."""
    require(officer, "feeds.waive")
    return [_out(one) for one in in_force(session).values()]


@router.post("", status_code=201)
def make_waiver(act: Act, body: WaiverIn) -> WaiverOut:
    """Answer for a stale feed until a day. Problems: ``waiver_refused``, ``own_feed``."""
    require(act.officer, "feeds.waive")
    if body.feed not in feeds.every():
        raise NotFound("feed")

    def do() -> WaiverOut:
        return _out(waive(act.session, body.feed, body.until, body.reason, act.officer))

    return act.once(body, do, WaiverOut)


@router.post("/{waiver_id}/end")
def take_back(act: Act, waiver_id: UUID, body: WaiverEnd) -> WaiverOut:
    """End a waiver before its day; ending it twice is no error."""

    def do() -> WaiverOut:
        end_waiver(act.session, waiver_id, reason=body.reason, by=act.officer)
        return _out(act.session.get_one(FeedWaiver, waiver_id))

    return act.once(body, do, WaiverOut)


def _out(one: FeedWaiver) -> WaiverOut:
    names = ("id", "feed", "until", "reason", "ended")
    return WaiverOut(**{name: getattr(one, name) for name in names})
