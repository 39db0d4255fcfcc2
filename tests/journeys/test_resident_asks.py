"""A resident asks where the money is: on an old telephone, without script, in large words."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving
from tests.journeys.promises import assert_accessible, assert_calm, assert_light
from tests.service.enquiry.asking import Resident, resident

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def asker(committed: Committed) -> Resident:
    """Somebody who was paid in October."""
    with committed.transaction():
        return resident(1)


def walk(page: Page, number: str, *, words: tuple[str, str]) -> None:
    """Answer both questions; ``words`` are what the two buttons say."""
    page.goto("/me")
    page.get_by_role("textbox").fill(number)
    page.get_by_role("button", name=words[0]).click()
    code = page.locator(".count").inner_text()
    page.get_by_role("textbox").fill(code)
    page.get_by_role("button", name=words[1]).click()


def test_on_a_small_telephone_without_script(open_browser: OpenBrowser, asker: Resident) -> None:
    page = open_browser(360, script=False)
    walk(page, asker.number, words=("下一步", "查看我的补贴"))
    expect(page.get_by_role("heading", name="我的补贴")).to_be_visible()
    answer = page.locator(".answers").get_by_text("150.00 元已于2026年10月16日发到尾号")
    expect(answer).to_be_visible()
    expect(page.locator(".lead")).to_contain_text(
        "2026年10月您有 1 笔补贴：150.00 元已于2026年10月16日"
    )
    width = page.locator("html").bounding_box()
    assert width is not None
    assert width["width"] <= 360
    assert asker.number not in page.url
    page.get_by_role("button", name="结束查询").click()
    expect(page.get_by_role("heading", name="我的补贴到哪了")).to_be_visible()
    page.goto("/me/payments")
    expect(page.get_by_role("heading", name="我的补贴到哪了")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("size", ["normal", "large"])
def test_every_question_keeps_the_promises(
    open_browser: OpenBrowser, asker: Resident, language: str, size: str
) -> None:
    page = open_browser(360, language=language)
    page.goto(f"/me?text={size}")
    assert_accessible(page)
    button = page.locator("main button.button")
    box = button.bounding_box()
    assert box is not None
    assert box["height"] >= 60, "large enough for a thumb that trembles"
    page.get_by_role("textbox").fill("123")
    button.click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("textbox").fill(asker.number)
    page.locator("main button.button").click()
    assert_accessible(page)
    code = page.locator(".count").inner_text()
    page.get_by_role("textbox").fill("000000" if code != "000000" else "000001")
    page.locator("main button.button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert_accessible(page)
    page.get_by_role("textbox").fill(code)
    page.locator("main button.button").click()
    expect(page.locator(".answers").get_by_text("150.00")).to_be_visible()
    assert_accessible(page)
    # The refused answers of this walk are meant; a browser notes them in its console all the same.
    page.noises = []  # type: ignore[attr-defined]
    assert_calm(page)


def test_the_keyboard_is_enough(open_browser: OpenBrowser, asker: Resident) -> None:
    page = open_browser()
    page.goto("/me")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(asker.number)
    page.keyboard.press("Enter")
    code = page.locator(".count").inner_text()
    page.get_by_role("textbox").focus()
    page.keyboard.type(code)
    page.keyboard.press("Enter")
    expect(page.locator(".answers").get_by_text("150.00 元")).to_be_visible()


def test_the_answer_prints_without_what_only_a_screen_needs(
    open_browser: OpenBrowser, asker: Resident
) -> None:
    page = open_browser()
    walk(page, asker.number, words=("下一步", "查看我的补贴"))
    page.emulate_media(media="print")
    expect(page.locator(".answers").get_by_text("150.00 元")).to_be_visible()
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_role("button", name="结束查询")).to_be_hidden()


def test_the_first_question_comes_with_few_bytes(open_browser: OpenBrowser) -> None:
    assert_light(open_browser(360), "/me")
