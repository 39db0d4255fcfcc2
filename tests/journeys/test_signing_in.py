"""An officer signs in, reads what waits, chooses a language and a text size, and leaves."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from service.foundation import clock
from service.officers.models import Officer
from service.web import queue
from service.web.queue import WaitingItem
from tests.journeys.conftest import OpenBrowser, sign_in
from tests.journeys.promises import assert_accessible, assert_calm, assert_light

pytestmark = pytest.mark.journey
KeepOfficer = Callable[..., Officer]


@pytest.fixture(autouse=True)
def something_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = WaitingItem(
        "处理高龄津贴异常", 3, "/gallery", clock.now() - timedelta(days=3), "卡号与姓名不一致"
    )
    monkeypatch.setattr(queue, "_providers", [lambda _session, _officer: [waiting]])


@pytest.mark.parametrize("width", [1280, 360])
def test_from_the_door_to_the_queue_and_out_again(
    open_browser: OpenBrowser, kept_officer: KeepOfficer, width: int
) -> None:
    page, officer = open_browser(width), kept_officer("maker")
    page.goto("/")
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert_accessible(page)
    sign_in(page, officer)
    expect(page.get_by_role("heading", name="待我处理")).to_be_visible()
    expect(page.get_by_text("已等待 3 天")).to_be_visible()
    assert_accessible(page)
    assert_calm(page)

    page.get_by_role("link", name="大字版").click()
    expect(page.locator("html[data-text=large]")).to_have_count(1)
    assert_accessible(page)
    assert_calm(page)

    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="Waiting for me")).to_be_visible()
    assert page.url.endswith("/"), "the choice leaves the address as it was"
    assert_accessible(page)
    assert_calm(page)

    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_the_same_without_script(open_browser: OpenBrowser, kept_officer: KeepOfficer) -> None:
    page, officer = open_browser(360, script=False), kept_officer("maker")
    sign_in(page, officer)
    expect(page.get_by_role("heading", name="待我处理")).to_be_visible()
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Large text").click()
    expect(page.locator("html[lang=en][data-text=large]")).to_have_count(1)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_wrong_password_is_said_first_and_read_first(
    open_browser: OpenBrowser, kept_officer: KeepOfficer
) -> None:
    page, officer = open_browser(), kept_officer("maker")
    sign_in(page, officer, "not the password")
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    expect(alert).to_contain_text("用户名或密码不正确")
    assert_accessible(page)


def test_the_keyboard_is_enough(open_browser: OpenBrowser, kept_officer: KeepOfficer) -> None:
    page, officer = open_browser(), kept_officer("maker")
    page.goto("/login")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(officer.username)
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="待我处理")).to_be_visible()


def test_a_page_comes_with_few_requests_and_few_bytes(open_browser: OpenBrowser) -> None:
    assert_light(open_browser(), "/login")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_component_keeps_the_promises(
    open_browser: OpenBrowser, kept_officer: KeepOfficer, language: str
) -> None:
    page, officer = open_browser(language=language), kept_officer("maker")
    sign_in(page, officer)
    for address in ("/gallery", "/gallery?text=large"):
        page.goto(address)
        assert_accessible(page)
        assert_calm(page)


def test_choosing_rows_counts_them_and_the_act_is_asked_once_more(
    open_browser: OpenBrowser, kept_officer: KeepOfficer
) -> None:
    page, officer = open_browser(), kept_officer("maker")
    sign_in(page, officer)
    page.goto("/gallery")
    page.get_by_label("选择本页全部").check()
    expect(page.locator("[data-selected-count]")).to_have_text("3")
    page.locator("[data-row]").first.uncheck()
    expect(page.locator("[data-selected-count]")).to_have_text("2")
    page.get_by_role("button", name="移出本批次").click()
    question = page.get_by_role("dialog")
    expect(question).to_contain_text("将所选人员移出本批次？")
    assert_accessible(page)
    question.get_by_role("button", name="取消").click()
    expect(question).not_to_be_visible()
    assert page.url.endswith("/gallery")


def test_a_live_part_is_fetched_again_until_it_is_finished(
    open_browser: OpenBrowser, kept_officer: KeepOfficer
) -> None:
    page, officer = open_browser(), kept_officer("maker")
    sign_in(page, officer)
    page.goto("/gallery/work")
    expect(page.locator("#work")).to_contain_text("3／3", timeout=60_000)
    expect(page.locator("[data-refresh]")).to_have_count(0)
    assert_calm(page)
