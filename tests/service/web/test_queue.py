"""The first page lists what waits for its reader: the longest wait first, nothing that is empty."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.models import Officer
from service.web import navigation, queue
from service.web.language import translatable
from service.web.queue import WaitingItem
from tests.service.web.browsing import Browser, SignInAs


@pytest.fixture(autouse=True)
def own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_providers", [])
    monkeypatch.setattr(navigation, "_entries", {})


def test_the_queue_needs_somebody_signed_in(browser: Browser) -> None:
    answer = browser.get("/")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login"


def test_an_empty_queue_says_so(sign_in_as: SignInAs) -> None:
    assert "目前没有待您处理的事项" in sign_in_as("maker").get("/").text


def test_the_longest_wait_comes_first_and_nothing_is_not_shown(sign_in_as: SignInAs) -> None:
    now = clock.now()

    @queue.register
    def two(session: Session, officer: Officer) -> list[WaitingItem]:
        assert officer.duties == ["reviewer"]
        return [
            WaitingItem("新的", 2, "/new", now - timedelta(minutes=5)),
            WaitingItem("旧的", 48213, "/old", now - timedelta(days=3)),
        ]

    @queue.register
    def none(session: Session, officer: Any) -> list[WaitingItem]:
        return [WaitingItem("没有", 0, "/none")]

    page = sign_in_as("reviewer").get("/").text
    assert page.index("旧的") < page.index("新的")
    assert "48,213" in page
    assert "已等待 3 天" in page
    assert "没有</a>" not in page


def test_the_navigation_shows_only_what_the_officer_may_read(sign_in_as: SignInAs) -> None:
    navigation.register("audit", translatable("Error"), "/audit", act="audit.read")
    navigation.register("batches", translatable("Password"), "/batches", act="batches.read")
    maker, auditor = sign_in_as("maker").get("/").text, sign_in_as("auditor").get("/").text
    assert 'href="/batches"' in maker
    assert 'href="/audit"' not in maker
    assert auditor.index('href="/batches"') < auditor.index('href="/audit"')


@pytest.mark.parametrize("duty", ["maker", "auditor", "system_administrator"])
def test_what_is_an_officers_own_stands_below_every_page(sign_in_as: SignInAs, duty: str) -> None:
    browser = sign_in_as(duty)
    below = browser.get("/").text.partition('<footer class="bottom">')[2]
    assert below.index("我的利益关系申报") < below.index("紧急查阅")
    here = browser.get("/emergency").text.partition('<footer class="bottom">')[2]
    assert '<a href="/emergency" aria-current="page">' in here
    assert '<a href="/interests">' in here


def test_who_is_not_signed_in_has_nothing_of_an_officers_below(browser: Browser) -> None:
    assert "/emergency" not in browser.get("/login").text
