"""On a phone without script a resident objects and reads the answer; a guardian reports for a ward."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.officers.models import Officer
from tests.factories.residents import FeedRecordFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.as_resident import enter, fits
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible
from tests.service.enquiry.asking import Resident, resident
from tests.service.web.browsing import PASSWORD, password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
SAID, ANSWER = "我今年满八十六岁，金额应当更高", "经核实，年龄以户籍登记为准，金额无误"
FOR_THE_CHILD = "孩子的存折上没有这笔钱"


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def family(committed: Committed) -> tuple[Resident, Resident]:
    """Somebody who was paid in October, and a child in that one's care who was paid as well."""
    with committed.transaction():
        one, child = resident(1), resident(2, amount_fen=23_100)
        child.person.name = "孙小宝"
        said = {"guardian_person_id": one.person.id, "recognised_on": "2020-01-01"}
        FeedRecordFactory.create(feed="MZ_CHILD", person=child.person, data=said)
        return one, child


@pytest.fixture
def reviewer(committed: Committed) -> Officer:
    """Who answers objections."""
    with committed.transaction() as session:
        made = Officer(
            username="reviewer", name="沈复", organisation="县民政局", duties=["reviewer"],
            password_hash=password_hash(), active=True,
        )  # fmt: skip
        session.add(made)
    return made


def test_a_resident_objects_and_reads_the_answer_and_a_guardian_reports(
    open_browser: OpenBrowser, family: tuple[Resident, Resident], reviewer: Officer
) -> None:
    one, _ = family
    page = open_browser(360, script=False)
    enter(page, one.number)
    page.get_by_role("link", name="我的申请").click()
    page.get_by_role("link", name="提出异议").click()
    fits(page)
    page.get_by_role("link", name="对我的决定").click()
    page.get_by_label("请选择一项").select_option("MZ15")
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("textbox").fill(SAID)
    fits(page)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("尚未提交")).to_be_visible()
    fits(page)
    page.get_by_role("button", name="提交异议").click()
    expect(page.get_by_text("异议编号为 O000001")).to_be_visible()
    fits(page)
    assert one.number not in page.url
    officer = open_browser()
    sign_in(officer, reviewer, PASSWORD)
    officer.get_by_role("link", name="答复公示异议").click()
    officer.get_by_role("table").get_by_role("link").first.click()
    expect(officer.get_by_text(SAID)).to_be_visible()
    assert_accessible(officer)
    officer.get_by_role("textbox").fill(ANSWER)
    officer.get_by_role("button", name="异议不成立：维持决定").click()
    page.goto("/me/requests")
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.get_by_text("维持原决定")).to_be_visible()
    page.get_by_role("link", name="代看他人").click()
    page.get_by_role("link", name="孙某某").click()
    page.get_by_role("link", name="这里不对").first.click()
    page.get_by_label("钱没有到账").check()
    page.get_by_role("button", name="下一步").click()
    page.get_by_role("textbox").fill(FOR_THE_CHILD)
    page.get_by_role("button", name="下一步").click()
    expect(page.get_by_text("孙某某").first).to_be_visible()
    page.get_by_role("button", name="提交申请").click()
    expect(page.get_by_text("由您作为孙某某的监护人提出")).to_be_visible()
    fits(page)
