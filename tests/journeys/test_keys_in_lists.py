"""Keys move along lists, choose rows and explain themselves; never while one types, never when off."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from service.foundation import clock
from service.officers.models import Officer
from service.web import queue
from service.web.queue import WaitingItem
from tests.journeys.conftest import OpenBrowser, sign_in
from tests.journeys.promises import assert_accessible, assert_calm, assert_light

pytestmark = pytest.mark.journey
KeepOfficer = Callable[..., Officer]


@pytest.fixture(autouse=True)
def two_things_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    since = clock.now() - timedelta(days=3)
    waiting = [
        WaitingItem("处理高龄津贴异常", 3, "/gallery", since, "卡号与姓名不一致"),
        WaitingItem("提交残疾人补贴", 12, "/login", since + timedelta(days=1)),
    ]
    owed = [WaitingItem("高龄津贴 MZ01", 2, "/gallery", since, "应发 9 元", "部门复核：方初审")]
    monkeypatch.setattr(queue, "_providers", [lambda _session, _officer: waiting])
    monkeypatch.setattr(queue, "_owed", [lambda _session, _officer: owed])


def ready(page: Page) -> None:
    """Wait until the script of the page that is coming has run: it shows where keys are explained."""
    name = re.compile("^(列表快捷键|Keys in lists)$")
    expect(page.get_by_role("button", name=name)).to_be_visible()


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_along_the_queue_and_into_what_waits(
    open_browser: OpenBrowser, kept_officer: KeepOfficer
) -> None:
    page, officer = open_browser(), kept_officer("maker")
    sign_in(page, officer)
    ready(page)
    first = page.get_by_role("link", name="处理高龄津贴异常")
    second = page.get_by_role("link", name="提交残疾人补贴")
    press(page, "j")
    expect(first).to_be_focused()
    press(page, "j", "j")
    expect(second).to_be_focused()
    press(page, "k")
    expect(first).to_be_focused()
    press(page, "Control+j", "Alt+j")
    expect(first).to_be_focused()
    press(page, "Enter")
    expect(page.get_by_role("heading", name="高龄津贴 2026年10月")).to_be_visible()
    ready(page)
    press(page, "j", "j", "x")
    chosen = page.locator("[data-row]:checked")
    expect(chosen).to_have_count(1)
    expect(page.locator("[data-selected-count]")).to_have_text("1")
    press(page, "x")
    expect(chosen).to_have_count(0)
    search = page.get_by_role("searchbox", name="批次号")
    search.focus()
    page.keyboard.type("jkx?")
    expect(search).to_have_value("jkx?")
    expect(page.get_by_role("dialog")).to_have_count(0)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_a_question_mark_explains_and_switches_off(
    open_browser: OpenBrowser, kept_officer: KeepOfficer, language: str
) -> None:
    page, officer = open_browser(language=language), kept_officer("maker")
    sign_in(page, officer)
    names = (
        ("列表快捷键", "停用快捷键", "启用快捷键")
        if language == "zh-CN"
        else ("Keys in lists", "Switch these keys off", "Switch these keys on")
    )
    ready(page)
    press(page, "?")
    said = page.get_by_role("dialog", name=names[0])
    expect(said).to_be_visible()
    assert_accessible(page)
    press(page, "j", "Escape")
    expect(said).not_to_be_visible()
    press(page, "?")
    said.get_by_role("button", name=names[1]).click()
    press(page, "?", "j")
    expect(said).not_to_be_visible()
    expect(page.locator(".queue a:focus")).to_have_count(0)

    page.reload()
    page.get_by_role("button", name=names[0]).click()
    said.get_by_role("button", name=names[2]).click()
    press(page, "j")
    expect(page.locator(".queue a").first).to_be_focused()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_three_lists_keep_the_promises(
    open_browser: OpenBrowser, kept_officer: KeepOfficer, language: str
) -> None:
    page, officer = open_browser(language=language), kept_officer("auditor")
    sign_in(page, officer)
    for text in ("normal", "large"):
        page.goto(f"/?text={text}")
        for address in ("/?of=others", "/?of=all", "/findings"):
            page.goto(address)
            assert_accessible(page)
            assert_calm(page)
    assert_light(page, "/?of=all")


def test_without_script_nothing_speaks_of_keys(
    open_browser: OpenBrowser, kept_officer: KeepOfficer
) -> None:
    page, officer = open_browser(360, script=False), kept_officer("auditor")
    sign_in(page, officer)
    expect(page.get_by_role("button", name="列表快捷键")).not_to_be_visible()
    page.get_by_role("link", name="等待他人").click()
    expect(page.get_by_text("部门复核：方初审")).to_be_visible()
    page.get_by_role("link", name="监督").click()
    expect(page.get_by_role("navigation", name="监督")).to_be_visible()
    page.get_by_role("link", name="审计发现").click()
    expect(page.locator('.pages [aria-current="page"]')).to_have_text("审计发现")
