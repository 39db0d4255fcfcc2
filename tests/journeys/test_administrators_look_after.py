"""Administrators look at health, find a bank late, open it; an officer joins and two people give a duty."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.audit.moves import move
from service.foundation import clock
from service.officers.models import Officer
from service.officers.organisations import describe
from tests.factories.banks import BankFileFactory
from tests.factories.batches import channel
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_light, keeps_the_promises
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def people(committed: Committed) -> dict[str, Officer]:
    """A bank that owes an answer for a month, an office, and three administrators."""
    with committed.transaction() as session:
        bank = channel("rural")
        file = BankFileFactory.create(
            channel_id=bank.id,
            sent_at=clock.now(),
            execution_date=clock.today() - timedelta(days=30),
        )
        move(session, file, "sending", by=SYSTEM)
        move(session, file, "delivered", by=SYSTEM)
        describe(session, "柳溪镇", "township", division="330523100", by=SYSTEM)
        return {
            username: OfficerFactory.create(
                username=username, name=name, duties=[duty], password_hash=password_hash()
            )
            for username, name, duty in (
                ("system.one", "管系统", "system_administrator"),
                ("guard.one", "安守一", "security_administrator"),
                ("guard.two", "安守二", "security_administrator"),
            )
        }


def test_the_system_administrator_finds_the_bank_that_is_late(
    open_browser: OpenBrowser, people: dict[str, Officer]
) -> None:
    page = open_browser(1280)
    sign_in(page, people["system.one"])
    page.get_by_role("link", name="查看各部分运行状况").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("运行状况")
    keeps_the_promises(page)
    page.locator("#needing").get_by_role("link", name="样例代发行 rural").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("需关注")
    expect(page.locator("main")).to_contain_text("请致电银行：其回复已逾期。")
    expect(page.locator("main form")).to_have_count(0)
    keeps_the_promises(page)
    page.get_by_role("link", name="单位与辖区").click()
    keeps_the_promises(page)
    page.get_by_role("link", name="部门", exact=True).click()
    keeps_the_promises(page)
    for address in ("/health", "/banks", "/organisations?of=departments"):
        assert_light(page, address)


def test_on_a_phone_without_script_in_large_english_text(
    open_browser: OpenBrowser, people: dict[str, Officer]
) -> None:
    plain = open_browser(360, script=False, language="en")
    sign_in(plain, people["system.one"])
    plain.goto("/health")
    plain.locator("#needing").get_by_role("link", name="样例代发行 rural").click()
    expect(plain.get_by_role("heading", level=1)).to_contain_text("needs a look")
    expect(plain.locator("main")).to_contain_text("Telephone the bank: its answer was due.")

    phone = open_browser(360, language="en")
    sign_in(phone, people["guard.one"])
    for address in ("/health?text=large", "/banks", "/banks/rural", "/organisations"):
        phone.goto(address)
        keeps_the_promises(phone)


def test_an_officer_joins_and_two_security_administrators_give_a_duty(
    open_browser: OpenBrowser, people: dict[str, Officer]
) -> None:
    first = open_browser(1280)
    sign_in(first, people["guard.one"])
    first.goto("/organisations")
    expect(first.locator("tbody")).to_contain_text("柳溪镇")
    first.get_by_role("link", name="人员与职责").click()
    first.get_by_label("用户名").fill("xia.xiang")
    first.get_by_label("姓名").fill("夏乡")
    first.get_by_label("单位", exact=True).select_option("柳溪镇")
    first.get_by_label("初始密码").fill("a long enough passphrase")
    first.get_by_role("button", name="登记（暂无职责）").click()
    first.get_by_label("职责", exact=True).select_option("reviewer")
    first.get_by_label("辖区").fill("330523100")
    first.locator("#reason").fill("乡镇机构改革后新增岗位")
    first.locator("#ask").get_by_role("button").click()
    expect(first.locator("tbody tr")).to_have_count(1)
    first.goto("/health")
    expect(first.locator("#needing")).to_contain_text("1 项待第二人确认。")

    second = open_browser(360, language="en")
    sign_in(second, people["guard.two"])
    second.goto("/health")
    second.locator("#needing").get_by_role("link", name="Duties").click()
    second.get_by_role("button", name="Confirm the duty").click()
    expect(second.locator("tbody")).to_contain_text("in force")
    keeps_the_promises(second)
    second.goto("/organisations?of=townships")
    keeps_the_promises(second)
    second.goto("/health")
    expect(second.locator("#needing")).not_to_contain_text("waits for a second person")
