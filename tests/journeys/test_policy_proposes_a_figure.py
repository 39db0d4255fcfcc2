"""A policy officer looks a figure up, proposes its next value, and two others approve what it does."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from service.app import create_app
from service.foundation import jobs
from service.officers.models import Officer
from service.programmes.in_force import rules_for
from service.residents.models import Division
from tests.factories.officers import OfficerFactory
from tests.foundation.committed import Committed, copied, template
from tests.journeys.conftest import OpenBrowser, serving, sign_in
from tests.journeys.promises import assert_accessible, assert_light, keeps_the_promises
from tests.service.residents.snapshot.county import County
from tests.service.web.browsing import password_hash

__all__ = ["template"]

pytestmark = pytest.mark.journey
MONTH, FIGURE, VILLAGE = "2026-11", "dibao_std", "330523100200"


@dataclass(frozen=True)
class Office:
    """Who works there, and the database that counts."""

    people: dict[str, Officer]
    committed: Committed


@pytest.fixture(scope="module")
def office(
    template: str, server_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """Six children of one village, frozen for November."""
    with copied(template, server_url, tmp_path_factory.mktemp("figure") / "data") as committed:
        with committed.transaction() as session:
            people = {
                duty: OfficerFactory.create(
                    username=f"{duty}.two", name=name, duties=[duty], password_hash=password_hash()
                )
                for duty, name in (("policy", "郑策"), ("reviewer", "沈复"), ("signer", "钱签"))
            }
            session.add(Division(code="330523100000", name="青禾镇", level="township", parent=None))
            session.add(
                Division(code=VILLAGE, name="石桥村", level="village", parent="330523100000")
            )
            session.flush()
            county = County(session)
            for year in range(2012, 2018):
                county.person(birth=f"{year}-05-05", division=VILLAGE)
            county.freeze(MONTH)
            session.flush()
            for one in people.values():
                session.refresh(one)
                session.expunge(one)
        yield Office(people, committed)


@pytest.fixture(scope="module")
def server(office: Office) -> Iterator[str]:
    """The real application on this module's own database."""
    with serving(create_app()) as address:
        yield address


@pytest.mark.parametrize(
    ("language", "width", "large"), [("zh-CN", 1280, False), ("en", 360, True)]
)
def test_the_guide_and_the_rule_browser_keep_the_promises(
    open_browser: OpenBrowser, office: Office, language: str, width: int, large: bool
) -> None:
    anybody = open_browser(width, language=language)
    if large:
        anybody.goto("/programmes?text=large")
    for path in (
        "/programmes",
        "/programmes?whom=students",
        "/programmes?q=xyzzy",
        "/programmes/MZ01",
    ):
        anybody.goto(path)
        keeps_the_promises(anybody)
        if not large:
            assert_light(anybody, path)
    page = open_browser(width, language=language)
    sign_in(page, office.people["policy"])
    for path in (
        "/rules/programmes?evidence=unverified",
        "/rules/programmes/MZ01",
        "/rules/figures?q=dibao",
        f"/rules/figures/{FIGURE}",
        "/rules/versions",
    ):
        page.goto(path)
        keeps_the_promises(page)


def test_a_resident_finds_a_programme_by_links_alone(open_browser: OpenBrowser) -> None:
    page = open_browser(360, script=False)
    page.goto("/programmes")
    page.get_by_role("link", name="老年人").click()
    page.get_by_role("link", name="无需申请").first.click()
    expect(page.locator(".chosen a", has_text="老年人")).to_be_visible()
    page.get_by_role("link", name="高龄津贴（80至99周岁）").click()
    expect(page.get_by_text("60.00至100.00元")).to_be_visible()
    law = page.locator("#law")
    law.get_by_text("政策依据").click()
    expect(law.get_by_text("浙民养〔2022〕209号")).to_be_visible()


def write(page: Page) -> None:
    """From the list of figures to a submitted proposal, without touching a file's text."""
    page.goto("/rules")
    page.get_by_role("link", name="标准", exact=True).click()
    page.locator("#q").fill(FIGURE)
    page.get_by_role("button", name="检索").click()
    page.locator(f'a[href="/rules/figures/{FIGURE}"]').click()
    for name, said in (
        ("value", "1250"),
        ("since", "2027-01-01"),
        ("law", "示例〔2026〕8号 第三条"),
    ):
        page.locator(f"#{name}").fill(said)
    page.locator("#mark").select_option("illustrative")
    page.get_by_role("button", name="继续填写变更").click()
    expect(page.locator("#law")).to_have_value("示例〔2026〕8号 第三条")
    expect(page.locator("#month")).to_have_value("2027-01")
    for name, said in (
        ("title", "提高低保标准"),
        ("reason", "按文件提高标准"),
        ("remark", "示例"),
    ):
        page.locator(f"#{name}").fill(said)
    assert_accessible(page)
    page.get_by_role("button", name="校验并存为草稿").click()
    page.get_by_role("button", name="提交审批").click()
    expect(page.get_by_text("正在测算影响")).to_be_visible()


def test_a_figure_is_proposed_counted_approved_by_two_and_in_force(
    open_browser: OpenBrowser, office: Office
) -> None:
    author = open_browser()
    sign_in(author, office.people["policy"])
    write(author)
    assert jobs.drain(kinds=("rules.preview",)) >= 1
    home = author.url
    for duty, button, state in (
        ("reviewer", "主管部门批准", "待财政部门审批"), ("signer", "财政部门批准", "已批准"),
    ):  # fmt: skip
        page = open_browser(360)
        sign_in(page, office.people[duty])
        page.goto(home)
        expect(page.get_by_text("所用数据快照")).to_be_visible()
        expect(page.locator("#figures")).to_contain_text("1,250.00 元")
        keeps_the_promises(page)
        page.get_by_role("button", name=button).press("Enter")
        expect(page.get_by_role("heading", level=1)).to_contain_text(state)
    with office.committed.transaction() as session:
        then = rules_for(session, "2027-01").parameters[FIGURE].history[-1]
        assert (then.value, then.citation) == (125_000, "示例〔2026〕8号 第三条")
        now = rules_for(session, MONTH).parameters[FIGURE].history[-1]
        assert now.value != 125_000
    author.goto(f"/rules/figures/{FIGURE}")
    expect(author.get_by_text("提高低保标准")).to_be_visible()
    keeps_the_promises(author)
