"""An auditor draws a sample, raises a finding from a line, the office answers on a telephone, he closes it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.audit.log.sequence import sequence
from service.officers.models import Officer
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_calm, keeps_the_promises
from tests.service.reconciliation.answers import sent
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
SECRET = "今年的桂花开了两次，真香啊真香啊"


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def people(committed: Committed) -> tuple[Officer, Officer]:
    """A list that was paid, its auditor, and an officer of the office that answers for it."""
    with committed.transaction() as session:
        out = sent(session, 6)
        out.reply(out.told("ACSC", "ACSC", "ACSC"))
        known = {"password_hash": password_hash()}
        auditor = OfficerFactory.create(
            username="jian.cha", name="监察", duties=["auditor"], **known
        )
        maker = OfficerFactory.create(
            username="jing.ban", name="经办", organisation="县民政局", duties=["maker"], **known
        )
    return auditor, maker


def test_a_line_of_a_sample_becomes_a_finding_that_is_closed(
    open_browser: OpenBrowser, committed: Committed, people: tuple[Officer, Officer]
) -> None:
    auditor, maker = people
    desk = open_browser()
    sign_in(desk, auditor)
    desk.get_by_role("link", name="监督", exact=True).click()
    desk.get_by_role("link", name="审计监督", exact=True).click()
    keeps_the_promises(desk)
    _plan_and_draw(desk, committed)
    _raise_from_a_line(desk)
    phone = open_browser(360, language="en")
    sign_in(phone, maker)
    _answer(phone)
    _close(desk)


def _plan_and_draw(desk: Page, committed: Committed) -> None:
    desk.get_by_role("link", name="新建抽样").click()
    desk.get_by_label("项目").select_option("MZ15")
    desk.get_by_label("发放月份").fill("2026-10")
    desk.get_by_label("抽取笔数").fill("2")
    desk.get_by_label("随机串").fill(SECRET)
    desk.get_by_role("button", name="提交方案").click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("待抽取")
    keeps_the_promises(desk)
    # What a worker does every few seconds: the commitment comes under a signed checkpoint.
    with committed.transaction() as session:
        sequence(session)
    desk.get_by_label("随机串").fill(SECRET)
    desk.get_by_role("button", name="抽取明细").click()
    expect(desk.locator("#lines tbody tr")).to_have_count(2)
    keeps_the_promises(desk)


def _raise_from_a_line(desk: Page) -> None:
    desk.get_by_role("link", name="评定下一笔").click()
    desk.get_by_label("不符：多发").check()
    desk.get_by_label("差额（元）").fill("1.00")
    desk.get_by_label("说明").fill("比应发多一元")
    keeps_the_promises(desk)
    desk.get_by_role("button", name="保存").click()
    desk.get_by_role("link", name="就该笔提出问题").click()
    expect(desk.get_by_label("审计发现的问题")).to_have_value("比应发多一元")
    desk.get_by_label("责任单位").select_option("县民政局")
    desk.get_by_role("button", name="提出", exact=True).click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("A0")
    expect(desk.get_by_role("link", name="S0")).to_be_visible()


def _answer(phone: Page) -> None:
    phone.get_by_role("link", name="Answer the auditor's findings").click()
    phone.locator("tbody a").first.click()
    # What an office cannot open is named without a link.
    expect(phone.get_by_text("S0")).to_be_visible()
    expect(phone.get_by_role("link", name="S0")).to_have_count(0)
    phone.get_by_label("What you found, and what was done").fill("已向本人说明，下月抵扣")
    assert_accessible(phone)
    assert_calm(phone)
    phone.get_by_role("button", name="Send the answer").click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("answered")


def _close(desk: Page) -> None:
    desk.get_by_role("link", name="审计监督", exact=True).click()
    desk.goto("/oversight")
    desk.get_by_role("link", name="A0").first.click()
    for act, said, button in (
        ("accept", "已抵扣", "认可答复"), ("close", "已核实抵扣", "销号"),
    ):  # fmt: skip
        desk.locator(f"#{act} textarea").fill(said)
        desk.locator(f"#{act}").get_by_role("button", name=button).click()
        desk.wait_for_load_state()
    expect(desk.get_by_role("heading", level=1)).to_contain_text("已销号")
    keeps_the_promises(desk)
