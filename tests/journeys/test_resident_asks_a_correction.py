"""A resident with large words and no script says what is wrong, an officer answers, the resident reads it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.officers.models import Officer
from tests.foundation.committed import Committed, committed, template
from tests.journeys.as_resident import enter, fits
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm
from tests.service.enquiry.asking import Resident, resident
from tests.service.web.browsing import PASSWORD, password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
SAID, ANSWER = "存折上没有这笔钱", "银行核实：10月16日已入账，请补登存折"


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


@pytest.fixture
def steward(committed: Committed) -> Officer:
    """Who keeps the departments' answers."""
    with committed.transaction() as session:
        made = Officer(
            username="steward", name="周敏", organisation="县民政局", duties=["steward"],
            password_hash=password_hash(), active=True,
        )  # fmt: skip
        session.add(made)
    return made


def test_what_is_wrong_is_asked_answered_and_read(
    open_browser: OpenBrowser, asker: Resident, steward: Officer
) -> None:
    page = open_browser(360, script=False)
    enter(page, asker.number)
    expect(page.locator("main .lead")).to_contain_text("2026年10月您有 1 笔补贴：150.00 元已于")
    page.get_by_role("link", name="以往发放").click()
    expect(page.get_by_role("heading", name="以往发放")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="下次发放").click()
    expect(page.get_by_text("下一次是2026年11月")).to_be_visible()
    fits(page)
    page.get_by_role("link", name="本月").click()
    page.get_by_role("link", name="这里不对").first.click()
    page.get_by_label("钱没有到账").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("textbox").fill(SAID)
    fits(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("申请编号 Q000001。您无需再跑")).to_be_visible()
    assert asker.number not in page.url
    fits(page)
    officer = open_browser()
    sign_in(officer, steward, PASSWORD)
    officer.get_by_role("link", name="居民申请待核实答复").click()
    officer.get_by_role("table").get_by_role("link").first.click()
    expect(officer.get_by_text(SAID)).to_be_visible()
    assert_accessible(officer)
    officer.get_by_label("两边数据均属实").check()
    officer.get_by_role("textbox").fill(ANSWER)
    officer.get_by_role("button", name="保存答复").click()
    page.reload()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    page.get_by_role("button", name="结束查询").click()
    page.goto("/me/requests")
    expect(page.get_by_role("heading", name="我的补贴到哪了")).to_be_visible()


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_keeps_the_promises_in_large_words(
    open_browser: OpenBrowser, asker: Resident, language: str
) -> None:
    page = open_browser(360, language=language)
    page.goto("/me?text=large")
    page.get_by_role("textbox").fill(asker.number)
    page.locator("main button.button").click()
    page.get_by_role("textbox").fill(page.locator(".count").inner_text())
    page.locator("main button.button").click()
    wrong = "?code=MZ15&month=2026-10"
    for address in (
        "/me/payments", "/me/history", "/me/next", "/me/requests", "/me/others",
        f"/me/wrong{wrong}", f"/me/wrong/right{wrong}&about=account",
        "/me/object", "/me/object/decision", f"/me/object/words{wrong}",
    ):  # fmt: skip
        page.goto(address)
        assert_accessible(page)
        assert_calm(page)
