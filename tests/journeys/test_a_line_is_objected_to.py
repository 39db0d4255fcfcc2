"""An old neighbour objects to a line on the telephone; an officer answers; the list hangs again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.ledger.appropriate import appropriate
from service.officers.models import Officer
from service.residents.models import Division
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import (
    assert_light,
    keeps_the_promises,
    press_by_keyboard,
    quiet,
)
from tests.service.notices.hanging import Hanging, hanging, lines_of
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
SAYS = "他去年就搬到县城跟儿子住了"
WHY = "入户核实，仍在本村居住。"


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def one(committed: Committed) -> Hanging:
    """Three lines of one village that hang from today; its maker and reviewer sign in."""
    with committed.transaction() as session:
        found = hanging(session, 3)
        village = lines_of(session, found.batch)[0].division or ""
        session.add(
            Division(code=f"{village[:9]}000", name="青禾镇", level="township", parent=None)
        )
        session.flush()
        session.add(
            Division(code=village, name="石桥村", level="village", parent=f"{village[:9]}000")
        )
        appropriate(session, "MZ17", 2026, 10**8, fund_source="省级", by=SYSTEM)
        for who in (found.people.maker, found.people.reviewer):
            who.password_hash = password_hash()
    return found


@pytest.fixture
def counter(committed: Committed) -> Officer:
    """Somebody of the service hall who writes down what is said."""
    with committed.transaction():
        who: Officer = OfficerFactory.create(
            username="hall.one", name="舒卷", duties=["steward"], password_hash=password_hash()
        )
    return who


def objects(page: Page) -> str:
    """From the village's board object to the second line in large words, at first saying too little."""
    page.goto("/village?text=large")
    keeps_the_promises(page)
    page.get_by_role("link", name="石桥村").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("石桥村")
    keeps_the_promises(page)
    page.get_by_role("link", name="养老服务补贴").click()
    keeps_the_promises(page)
    page.locator("tbody tr").nth(1).get_by_role("link", name="提出异议").click()
    page.get_by_label("哪里不对").fill("错")
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_role("alert")).to_be_focused()
    keeps_the_promises(quiet(page))
    page.get_by_label("哪里不对").fill(SAYS)
    page.get_by_label("同村").check()
    page.get_by_role("button", name="提交异议").click()
    code = page.locator(".count").inner_text()
    keeps_the_promises(page)
    return code


def dismisses(page: Page, reviewer: Officer) -> None:
    """Find the objection in the queue, and answer it."""
    sign_in(page, reviewer)
    page.get_by_role("link", name="Answer an objection").click()
    keeps_the_promises(page)
    page.locator("tbody th a").click()
    expect(page.get_by_text(SAYS)).to_be_visible()
    keeps_the_promises(page)
    expect(page.get_by_text("2 · 试**")).to_be_visible()
    page.get_by_label("What was found").fill(WHY)
    page.get_by_role("button", name="Dismiss: the line goes on").click()
    expect(page.locator("main")).to_contain_text(WHY)
    keeps_the_promises(page)


def test_a_line_waits_for_its_answer(open_browser: OpenBrowser, one: Hanging) -> None:
    neighbour = open_browser(360)
    code = objects(neighbour)
    maker = open_browser(1280)
    sign_in(maker, one.people.maker)
    maker.goto(f"/batches/{one.batch.batch_no}")
    expect(maker.locator("#holds")).to_contain_text("异议")
    keeps_the_promises(maker)
    dismisses(open_browser(1280, language="en"), one.people.reviewer)
    neighbour.get_by_role("link", name="查询异议答复").click()
    keeps_the_promises(neighbour)
    neighbour.get_by_role("textbox").fill(code.lower())
    neighbour.get_by_role("button", name="查看答复").click()
    expect(neighbour.get_by_text(WHY)).to_be_visible()
    keeps_the_promises(neighbour)


def test_a_list_that_was_changed_hangs_again(
    open_browser: OpenBrowser, committed: Committed, one: Hanging
) -> None:
    number = one.notice.number or ""
    reviewer = open_browser(1280, language="en")
    sign_in(reviewer, one.people.reviewer)
    reviewer.goto(f"/batches/{one.batch.batch_no}/decide")
    reviewer.get_by_label("Why it goes back").fill("一户户主姓名有误")
    reviewer.get_by_role("button", name="Return to the maker").click()
    expect(reviewer.get_by_role("heading", level=1)).to_contain_text("returned")
    everybody = open_browser(360, language="en")
    everybody.goto(f"/notices/{number}")
    expect(everybody.get_by_text("went back to be looked at again")).to_be_visible()
    with committed.transaction() as session:
        lines_of(session, one.batch)[2].payee_name = "更正后"
    maker = open_browser(1280)
    sign_in(maker, one.people.maker)
    maker.goto(f"/batches/{one.batch.batch_no}/decide")
    maker.get_by_role("button", name="提交").click()
    expect(maker.get_by_role("heading", level=1)).to_contain_text("公示")
    everybody.reload()
    expect(everybody.get_by_text("the changed list is posted")).to_be_visible()
    keeps_the_promises(everybody)
    everybody.get_by_role("link", name="The changed list").click()
    expect(everybody.locator("tbody tr")).to_have_count(3)
    keeps_the_promises(everybody)
    assert_light(everybody, f"/notices/{number.removesuffix('1')}2")


def test_at_the_counter_the_keyboard_is_enough_and_what_is_upheld_stays_off(
    open_browser: OpenBrowser, one: Hanging, counter: Officer
) -> None:
    hall = open_browser(1280)
    sign_in(hall, counter)
    hall.goto("/objections")
    keeps_the_promises(hall)
    press_by_keyboard(hall, "link", "代为登记异议")
    expect(hall.get_by_label("名单序号")).to_be_visible()
    keeps_the_promises(hall)
    hall.get_by_label("名单序号").focus()
    hall.keyboard.type("3")
    hall.keyboard.press("Tab")
    hall.keyboard.type(SAYS)
    press_by_keyboard(hall, "button", "登记异议")
    expect(hall.locator(".count")).to_be_visible()
    keeps_the_promises(hall)

    reviewer = open_browser(360)
    sign_in(reviewer, one.people.reviewer)
    reviewer.goto("/objections?state=open")
    keeps_the_promises(reviewer)
    reviewer.locator("tbody th a").click()
    expect(reviewer.locator("#reason")).to_be_visible()
    keeps_the_promises(reviewer)
    reviewer.locator("#reason").fill("房屋确已出售。")
    reviewer.get_by_role("button", name="异议成立：移出名单").click()
    expect(reviewer.get_by_role("heading", level=1)).to_contain_text("异议成立")
    keeps_the_promises(reviewer)
    reviewer.goto(f"/notices/{one.notice.number}")
    expect(reviewer.locator("tbody tr").nth(2)).to_contain_text("已移出名单")
    keeps_the_promises(reviewer)
    reviewer.goto(f"/notices/{one.notice.number}?paper=1")
    expect(reviewer.locator("tbody a")).to_have_count(0)
    keeps_the_promises(reviewer)
