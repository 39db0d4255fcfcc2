"""The first page lists what waits for its reader: the longest wait first, nothing that is empty."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service.foundation import clock
from service.officers.models import DUTIES, Officer
from service.web import navigation, queue
from service.web.language import translatable
from service.web.queue import WaitingItem
from tests.service.web.browsing import Browser, SignInAs


@pytest.fixture(autouse=True)
def own_registries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_providers", [])
    monkeypatch.setattr(queue, "_owed", [])
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


def test_what_others_owe_has_a_tab_of_its_own(sign_in_as: SignInAs) -> None:
    since = clock.now() - timedelta(days=2)

    @queue.register
    def mine(session: Session, officer: Any) -> list[WaitingItem]:
        return [WaitingItem("我的事", 1, "/mine", since)]

    @queue.register_owed
    def theirs(session: Session, officer: Any) -> list[WaitingItem]:
        return [WaitingItem("交出去的", 7, "/theirs", since, "应发 9 元", "部门复核：方初审")]

    browser = sign_in_as("maker")
    me, others, both = (browser.get(f"/?of={of}").text for of in ("me", "others", "all"))
    assert ("我的事" in me, "交出去的" in me) == (True, False)
    assert ("我的事" in others, "交出去的" in others) == (False, True)
    assert "<b>部门复核：方初审</b> · 应发 9 元" in others
    assert "已等待 2 天" in others
    assert both.index("我的事") < both.index("交出去的")
    # Each tab counts what was asked for; a list that is not looked at is not asked for.
    counts = [re.findall(r">(\S+) <span>([0-9]+)</span>", page) for page in (me, others, both)]
    assert counts == [
        [("待我处理", "1")],
        [("等待他人", "1")],
        [("待我处理", "1"), ("等待他人", "1"), ("全部", "2")],
    ]
    for page, here in ((me, "/"), (others, "/?of=others"), (both, "/?of=all")):
        assert f'<a href="{here}" aria-current="page">' in page.partition('class="tabs"')[2]


def test_when_nothing_waits_it_says_where_to_go(sign_in_as: SignInAs) -> None:
    @queue.register_owed
    def theirs(session: Session, officer: Any) -> list[WaitingItem]:
        return [WaitingItem("交出去的", 7, "/theirs", None, "", "部门复核")]

    page = sign_in_as("maker").get("/").text
    assert '<a href="/?of=others">查看等待他人办理的事项</a>' in page
    assert 'href="/months">核定并编制一个月</a>' in page


@pytest.mark.parametrize("duty", DUTIES)
def test_every_duty_has_where_to_begin(sign_in_as: SignInAs, duty: str) -> None:
    browser = sign_in_as(duty)
    for of in ("me", "others", "all"):
        starts = browser.get(f"/?of={of}").text.partition('<section id="starts">')[2]
        found = re.findall(r'<li><a href="([^"]+)">', starts.partition("</section>")[0])
        assert 1 <= len(found) <= 3
    assert [browser.get(one).status_code for one in found] == [200] * len(found)


def test_a_program_asks_the_same(sign_in_as: SignInAs) -> None:
    since = clock.now() - timedelta(days=2)

    @queue.register
    def mine(session: Session, officer: Any) -> list[WaitingItem]:
        return [WaitingItem("我的事", 1, "/mine")]

    @queue.register_owed
    def theirs(session: Session, officer: Any) -> list[WaitingItem]:
        return [WaitingItem("交出去的", 7, "/theirs", since, "应发 9 元", "部门复核")]

    browser = sign_in_as("maker")
    both = browser.get("/api/queue?of=all").json()
    assert both == [
        {"of": "me", "title": "我的事", "count": 1, "href": "/mine", "since": None, "note": "", "owed_by": ""},
        {"of": "others", "title": "交出去的", "count": 7, "href": "/theirs",
         "since": both[1]["since"], "note": "应发 9 元", "owed_by": "部门复核"},
    ]  # fmt: skip
    assert datetime.fromisoformat(both[1]["since"]) == since
    assert browser.get("/api/queue").json() == both[:1]
    assert browser.get("/api/queue?of=others").json() == both[1:]
    assert browser.get("/api/queue?of=nobody").json()["code"] == "fields_wrong"


def test_a_program_that_is_not_signed_in_learns_nothing(browser: Browser) -> None:
    assert browser.get("/api/queue").status_code == 401
