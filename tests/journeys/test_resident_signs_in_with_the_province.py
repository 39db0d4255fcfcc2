"""A resident goes to the province's sign-in and comes back to the own payments, in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.enquiry.province import provider
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving
from tests.journeys.promises import assert_accessible, assert_calm, assert_light
from tests.service.enquiry.asking import NOBODY, Resident, resident
from tests.service.enquiry.province import province_server
from tests.service.enquiry.province.conftest import set_to

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
WORDS = {
    "zh-CN": (
        "使用全省统一身份认证登录",
        "我的补贴",
        "150.00 元已于",
        "结束查询",
        "您已结束查询",
    ),
    "en": (
        "Sign in with the province's account",
        "My payments",
        "150.00 yuan of",
        "Finish and close",
        "You have finished here",
    ),
}


@pytest.fixture
def province(
    committed: Committed,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[province_server.Province]:
    """A province on another site than ours, as browsers reckon sites."""
    with province_server.running() as here:
        set_to(monkeypatch, here)
        yield here
    provider.forget()


@pytest.fixture
def server(province: province_server.Province, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        set_to(monkeypatch, province, web_origin=address)
        yield address


@pytest.fixture
def asker(committed: Committed) -> Resident:
    """Somebody who was paid in October."""
    with committed.transaction():
        return resident(1)


def sign_in(page: Page, number: str, button: str) -> None:
    """Press our button, and agree at the province."""
    page.goto("/me")
    page.get_by_role("link", name=button).click()
    expect(page.get_by_role("heading", name="Province")).to_be_visible()
    page.get_by_role("textbox").fill(number)
    page.get_by_role("button", name="Agree").click()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_from_the_button_to_the_payments_and_out_again(
    open_browser: OpenBrowser, server: str, asker: Resident, language: str, *, script: bool
) -> None:
    button, heading, amount, leave, left = WORDS[language]
    page = open_browser(360, language=language, script=script)
    sign_in(page, asker.number, button)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()
    expect(page.get_by_text(amount).first).to_be_visible()
    expect(page).to_have_url(f"{server}/me/payments")
    names = {cookie["name"]: cookie.get("sameSite") for cookie in page.context.cookies(server)}
    assert names["anxin-resident"] == "Strict"
    assert "anxin-province" not in names
    page.get_by_role("button", name=leave).click()
    expect(page.get_by_role("heading", name=left)).to_be_visible()
    if script:
        assert_accessible(page)
    page.locator("main a.button").first.click()
    expect(page.get_by_role("heading", name="Left the province")).to_be_visible()
    page.goto("/me/payments")
    assert page.url == f"{server}/me"
    if script:
        assert_accessible(page)
        assert_calm(page)


def test_somebody_the_county_does_not_know_sees_that_nothing_is_paid(
    open_browser: OpenBrowser, asker: Resident
) -> None:
    page = open_browser(360)
    assert asker.number != NOBODY
    sign_in(page, NOBODY, "使用全省统一身份认证登录")
    expect(page.get_by_text("本月没有发给您的补贴")).to_be_visible()
    assert_accessible(page)
    assert_calm(page)


def test_a_sign_in_that_fails_leads_to_the_code_in_the_language_of_the_reader(
    open_browser: OpenBrowser, asker: Resident, province: province_server.Province
) -> None:
    page = open_browser(360, language="zh-CN")
    page.goto("/me?lang=en")
    province.claims = {"nonce": "of somebody else"}
    sign_in(page, asker.number, "Sign in with the province's account")
    # Both the page in between, which goes on by itself, and the one it leads to say what failed.
    page.wait_for_url("**/me?trouble=province_refused")
    expect(page.get_by_text("Begin again, or ask for a code here.")).to_be_visible()
    assert_accessible(page)
    # The refused answer of this walk is meant; a browser notes it in its console all the same.
    page.noises = []  # type: ignore[attr-defined]
    assert_calm(page)
    page.get_by_role("textbox").fill(asker.number)
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".count")).to_be_visible()


def test_the_first_question_still_comes_with_few_bytes(
    open_browser: OpenBrowser, province: province_server.Province
) -> None:
    assert_light(open_browser(360), "/me")
    assert province.heard == [], "nobody is asked before somebody presses the button"
