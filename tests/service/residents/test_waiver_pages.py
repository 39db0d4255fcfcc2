"""Old data on a page: what holds approvals up, a reviewer's written word, and taking it back."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.foundation import clock
from service.residents import feeds
from service.residents.models import FeedWaiver
from tests.factories import residents
from tests.factories.residents import DeliveryFactory
from tests.service.web.browsing import SignInAs

WHY = "户籍系统升级停机，公安已书面说明期间无注销"


@pytest.fixture(autouse=True)
def county(session: Session) -> None:
    """Every feed of events came today, but deregistrations are ten days old."""
    residents.use(session)
    for feed in feeds.event_feeds():
        age = timedelta(days=10 if feed == "GA_DEREG" else 0)
        DeliveryFactory.create(feed=feed, received_at=clock.now() - age)


def _waivers(session: Session) -> list[FeedWaiver]:
    session.expire_all()
    return list(session.scalars(select(FeedWaiver)))


def _until(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def test_a_reviewer_sees_what_is_too_old_and_answers_for_it(
    session: Session, sign_in_as: SignInAs
) -> None:
    browser = sign_in_as("reviewer")
    assert "/waivers" in browser.get("/").text
    assert "GA_DEREG" in browser.get("/waivers").text
    sent = {"feed": "GA_DEREG", "until": _until(3), "reason": WHY}
    assert browser.submit("/waivers", sent).status_code == 303
    kept = _waivers(session)
    assert [(one.feed, one.reason, one.ended) for one in kept] == [("GA_DEREG", WHY, False)]
    shown = browser.get("/waivers").text
    assert WHY in shown
    assert "没有过旧的数据源" in shown


@pytest.mark.parametrize(
    ("until", "reason"), [(3, "太短"), (40, WHY), (-1, WHY), (None, WHY), (3, "长" * 501)]
)
def test_too_little_said_or_too_long_a_time_is_told_beside_the_field(
    session: Session, sign_in_as: SignInAs, until: int | None, reason: str
) -> None:
    day = "" if until is None else _until(until)
    answer = sign_in_as("reviewer").submit(
        "/waivers", {"feed": "GA_DEREG", "until": day, "reason": reason}
    )
    assert answer.status_code == 422
    assert "豁免自今日起最长31天" in answer.text
    assert _waivers(session) == []


def test_a_word_taken_back_holds_approvals_up_again(session: Session, sign_in_as: SignInAs) -> None:
    browser = sign_in_as("reviewer")
    browser.submit("/waivers", {"feed": "GA_DEREG", "until": _until(3), "reason": WHY})
    (kept,) = _waivers(session)
    assert browser.submit(f"/waivers/{kept.id}/end", shown_at="/waivers").status_code == 303
    assert [one.ended for one in _waivers(session)] == [True]
    assert WHY not in browser.get("/waivers").text


def test_the_word_ends_by_itself_after_its_last_day(sign_in_as: SignInAs) -> None:
    sign_in_as("reviewer").submit(
        "/waivers", {"feed": "GA_DEREG", "until": _until(1), "reason": WHY}
    )
    with time_machine.travel(clock.now() + timedelta(days=2)):
        assert WHY not in sign_in_as("reviewer").get("/waivers").text


def test_only_a_reviewer_may_and_a_feed_that_is_none_is_not_found(sign_in_as: SignInAs) -> None:
    for duty in ("steward", "maker", "signer", "auditor", "system_administrator"):
        assert sign_in_as(duty).get("/waivers").status_code == 403
    browser = sign_in_as("reviewer")
    sent = {"feed": "NO_FEED", "until": _until(1), "reason": WHY}
    assert browser.submit("/waivers", sent).status_code == 404
