"""Somebody joins and is granted a duty by two; an emergency is witnessed and looked at; interests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from service.app import create_app
from service.audit.actor import SYSTEM
from service.officers.models import Officer
from service.officers.organisations import describe
from tests.factories.officers import OfficerFactory
from tests.factories.residents import PersonFactory
from tests.foundation.committed import Committed, committed, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import keeps_the_promises, quiet
from tests.service.web.browsing import password_hash

__all__ = ["committed", "template"]

pytestmark = pytest.mark.journey
REASON = "乡镇机构改革后新增岗位"


@pytest.fixture
def server(committed: Committed) -> Iterator[str]:
    """The real application on this journey's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.fixture
def people(committed: Committed) -> dict[str, Officer]:
    """Two security administrators, a system administrator, an auditor and a maker."""
    with committed.transaction() as session:
        describe(session, "柳溪镇", "township", division="330523100", by=SYSTEM)
        return {
            username: OfficerFactory.create(
                username=username, name=name, duties=[duty], password_hash=password_hash()
            )
            for username, name, duty in (
                ("guard.one", "安守一", "security_administrator"),
                ("guard.two", "安守二", "security_administrator"),
                ("system.one", "管系统", "system_administrator"),
                ("auditor.one", "审计清", "auditor"),
                ("maker.one", "周敏", "maker"),
            )
        }


def test_somebody_joins_and_two_people_give_a_duty(
    open_browser: OpenBrowser, people: dict[str, Officer]
) -> None:
    first = open_browser(1280)
    sign_in(first, people["guard.one"])
    first.goto("/officers")
    keeps_the_promises(first)
    first.get_by_label("用户名").fill("xia.xiang")
    first.get_by_label("姓名").fill("夏乡")
    first.get_by_label("单位", exact=True).select_option("柳溪镇")
    first.get_by_label("初始密码").fill("short")
    first.get_by_role("button", name="登记（暂无职责）").click()
    expect(first.get_by_role("alert")).to_be_focused()
    keeps_the_promises(quiet(first))
    expect(first.get_by_label("用户名")).to_have_value("xia.xiang")
    first.get_by_label("初始密码").fill("a long enough passphrase")
    first.get_by_role("button", name="登记（暂无职责）").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text("夏乡")
    keeps_the_promises(first)
    home = first.url
    first.get_by_label("职责", exact=True).select_option("maker")
    first.get_by_label("辖区").fill("330523100")
    first.locator("#reason").fill(REASON)
    first.locator("#ask").get_by_role("button").click()
    expect(first.locator("tbody tr")).to_have_count(1)
    keeps_the_promises(first)

    second = open_browser(360, language="en")
    sign_in(second, people["guard.two"])
    second.get_by_role("link", name="A duty waits for a second person").click()
    keeps_the_promises(second)
    second.get_by_role("button", name="Confirm the duty").click()
    expect(second.locator("tbody tr")).to_have_count(1)
    keeps_the_promises(second)
    second.goto(home)
    second.locator("#end_reason").fill(REASON)
    second.get_by_role("button", name="End the duty at once").click()
    expect(second.locator("#end_reason")).to_have_count(0)
    keeps_the_promises(second)


def test_an_emergency_is_witnessed_ended_and_looked_at(
    open_browser: OpenBrowser, people: dict[str, Officer]
) -> None:
    officer = open_browser(360)
    sign_in(officer, people["system.one"])
    officer.goto("/emergency?text=large")
    keeps_the_promises(officer)
    officer.locator("#reason").fill("防汛应急，核对受灾户名单")
    officer.locator("#ask").get_by_role("button").click()
    expect(officer.locator("tbody tr")).to_have_count(1)
    keeps_the_promises(officer)

    witness = open_browser(1280, language="en")
    sign_in(witness, people["guard.one"])
    witness.get_by_role("link", name="An emergency access is asked for").click()
    keeps_the_promises(witness)
    witness.get_by_role("button", name="Confirm for 60 minutes").click()
    expect(witness.get_by_role("button", name="End it now")).to_be_visible()
    keeps_the_promises(witness)

    officer.goto("/batches")
    keeps_the_promises(officer)
    officer.goto("/emergency")
    officer.get_by_role("button", name="立即结束").click()
    expect(officer.get_by_role("button", name="立即结束")).to_have_count(0)

    auditor = open_browser(1280)
    sign_in(auditor, people["auditor.one"])
    auditor.get_by_role("link", name="有紧急查阅待核查").click()
    keeps_the_promises(auditor)
    auditor.locator("#note").fill("已核对查阅记录，均与灾情有关")
    auditor.locator("#review").get_by_role("button").click()
    expect(auditor.locator("tbody")).to_contain_text("均与灾情有关")
    keeps_the_promises(auditor)


def test_an_officer_declares_a_relative(
    open_browser: OpenBrowser, committed: Committed, people: dict[str, Officer]
) -> None:
    with committed.transaction():
        relative = PersonFactory.create().id
    page = open_browser(360)
    sign_in(page, people["maker.one"])
    page.get_by_role("link", name="我的利益关系申报").click()
    keeps_the_promises(page)
    page.locator("#person").fill("987654321")
    page.locator("#declare").get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("没有此编号的居民")
    keeps_the_promises(quiet(page))
    page.locator("#person").fill(str(relative))
    page.get_by_label("关系").select_option("spouse")
    page.locator("#declare").get_by_role("button").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    keeps_the_promises(page)

    guard = open_browser(1280, language="en")
    sign_in(guard, people["guard.one"])
    guard.goto(f"/officers/{people['maker.one'].id}")
    keeps_the_promises(guard)
    guard.locator("#interest_reason").fill("双方已无亲属关系，已核实")
    guard.get_by_role("button", name="End the declaration").click()
    expect(guard.locator("#interest_reason")).to_have_count(0)
    keeps_the_promises(guard)
